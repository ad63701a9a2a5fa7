import assert from "node:assert/strict";
import { test } from "node:test";
import { CheckpointLoadError } from "@drydock/checkpoint";
import { program, text, u32, u64 } from "../pickle-builder.ts";
import { TORCH_NAMES } from "../rebuild.ts";
import { OP } from "./opcodes.ts";
import { type PicklePolicy, runPickle } from "./run.ts";
import { type PyDict, type PyValue, typeName } from "./values.ts";

type Part = number | string | Uint8Array;

function run(bytes: Buffer, policy: PicklePolicy = "strict") {
  return runPickle(bytes, {
    file: "p",
    policy,
    allowed: TORCH_NAMES,
    persistentLoad: (_id, site) => {
      throw site.fail("TORCH_BAD_PERSID", "none here");
    },
  });
}

function read(...parts: Part[]): PyValue {
  return run(program(...parts)).value;
}

function failureOf(parts: readonly Part[], policy: PicklePolicy = "strict"): CheckpointLoadError {
  try {
    run(program(...parts), policy);
  } catch (error) {
    assert.ok(error instanceof CheckpointLoadError, `${(error as Error).stack}`);
    assert.match(error.message, /^pickle: p: /);
    assert.equal(typeof error.details.offset, "number");
    return error;
  }
  assert.fail("nothing was refused");
}

const float = (value: number): PyValue => ({ kind: "float", value });
const tuple = (...items: PyValue[]): PyValue => ({ kind: "tuple", items });
const list = (...items: PyValue[]): PyValue => ({ kind: "list", items });
const bytes = (value: string) => new Uint8Array(Buffer.from(value, "latin1"));

test("numbers of every opcode keep int apart from float, exactly", () => {
  const ints: [Part[], PyValue][] = [
    [["K", 200], 200],
    [["M", 1, 2], 513],
    [["J", 0xff, 0xff, 0xff, 0xff], -1],
    [[0x8a, 0], 0],
    [[0x8a, 2, 0xff, 0x7f], 32767],
    [[0x8a, 1, 0x80], -128],
    [[0x8a, 8, 0, 0, 0, 0, 0, 0, 0, 0x80], -(2n ** 63n)],
    [[0x8a, 7, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x1f], 2 ** 53 - 1],
    [[0x8a, 7, 0, 0, 0, 0, 0, 0, 0x20], 2n ** 53n],
    [[0x8b, u32(255), Buffer.alloc(255, 1)], BigInt(`0x${"01".repeat(255)}`)],
    [["I12\n"], 12],
    [["I-9007199254740993\n"], -9007199254740993n],
    [["I01\n"], true],
    [["I00\n"], false],
    [["L7L\n"], 7],
    [["L7\n"], 7],
  ];
  for (const [parts, value] of ints) assert.deepEqual(read(...parts, "."), value);
  const floats: [Part[], number][] = [
    [["G", 0x3f, 0xf0, 0, 0, 0, 0, 0, 0], 1],
    [["F1\n"], 1],
    [["F-1.5e3\n"], -1500],
    [["Finf\n"], Number.POSITIVE_INFINITY],
    [["F-Infinity\n"], Number.NEGATIVE_INFINITY],
    [["Fnan\n"], Number.NaN],
    [["F1e400\n"], Number.POSITIVE_INFINITY],
  ];
  for (const [parts, value] of floats) assert.deepEqual(read(...parts, "."), float(value));
});

test("texts and bytes of every opcode", () => {
  const cases: [Part[], PyValue][] = [
    [[text("é\u{1f600}")], "é\u{1f600}"],
    [["X", u32(3), 0xed, 0xa0, 0x80], "\ud800"],
    [["X", u32(7), "a", 0xed, 0xb0, 0x80, 0xc3, 0xa9, "b"], "a\udc00éb"],
    [[0x8c, 1, "x"], "x"],
    [[0x8d, u64(1n), "x"], "x"],
    [["U", 1, "x"], "x"],
    [["T", u32(1), "x"], "x"],
    [["S'a\\'\\n\\x41\\101\\q'\n"], "a'\nAA\\q"],
    [['S"x"\n'], "x"],
    [["V\\u00e9\\U0001f600\xe9\n"], "é\u{1f600}é"],
    [["C", 2, "\xff\0"], bytes("\xff\0")],
    [["B", u32(1), "x"], bytes("x")],
    [[0x8e, u64(1n), "x"], bytes("x")],
    [[0x96, u64(1n), "x"], { kind: "bytearray", bytes: bytes("x") }],
  ];
  for (const [parts, value] of cases) assert.deepEqual(read(...parts, "."), value);
});

test("containers keep tuple, list, dict, OrderedDict, set, entries and attributes apart", () => {
  assert.deepEqual(read(")."), tuple());
  assert.deepEqual(read("K\x01\x85."), tuple(1));
  assert.deepEqual(read("K\x01K\x02\x86."), tuple(1, 2));
  assert.deepEqual(read("K\x01K\x02K\x03\x87."), tuple(1, 2, 3));
  assert.deepEqual(read("(K\x01t."), tuple(1));
  assert.deepEqual(read("(K\x01l."), list(1));
  assert.deepEqual(read("]K\x01a(K\x02K\x03e."), list(1, 2, 3));
  assert.deepEqual(entriesOf(read("}K\x01K\x02s(K\x03K\x04u.")), [
    [1, 2],
    [3, 4],
  ]);
  assert.deepEqual(entriesOf(read("(K\x01K\x02d.")), [[1, 2]]);
  const set: PyValue = { kind: "set", items: new Map([[1, 1]]) };
  assert.deepEqual(read(0x8f, "(K\x01K\x01", 0x90, "."), set);
  assert.deepEqual(read("(K\x01", 0x91, "."), set);
  assert.deepEqual(read("c__builtin__\nset\n(]K\x01atR."), set);
  const ordered = read(
    "ccollections\nOrderedDict\n)R",
    text("a"),
    "K\x01s}",
    text("_metadata"),
    "K\x02sb.",
  ) as PyDict;
  assert.equal(ordered.type, "OrderedDict");
  assert.deepEqual(entriesOf(ordered), [["a", 1]]);
  assert.deepEqual(entriesOf(ordered.attributes ?? null), [["_metadata", 2]]);
});

test("the calls of the allow-list give data", () => {
  const cases: [Part[], PyValue][] = [
    [["c_codecs\nencode\n(", text("ab\xff"), text("latin1"), "tR"], bytes("ab\xff")],
    [["c__builtin__\nbytes\n)R"], bytes("")],
    [
      ["c__builtin__\nbytearray\n(c_codecs\nencode\n(", text("x"), text("latin1"), "tRtR"],
      { kind: "bytearray", bytes: bytes("x") },
    ],
    [
      ["c__builtin__\ncomplex\n(G", Buffer.alloc(8), "G", Buffer.alloc(8), "tR"],
      { kind: "complex", real: 0, imag: 0 },
    ],
    [["ctorch\nSize\n((K\x02ttR"], tuple(2)],
    [["ctorch\ndevice\n(", text("cuda"), "K\x01tR"], "cuda:1"],
    [["ctorch.serialization\n_get_layout\n(", text("torch.strided"), "tR"], "torch.strided"],
  ];
  for (const [parts, value] of cases) {
    assert.deepEqual(read(...parts, "."), value);
  }
  const counter = read("ccollections\nCounter\n(}K\x01K\x02stR.") as PyDict;
  assert.equal(counter.type, "Counter");
  assert.deepEqual(entriesOf(counter), [[1, 2]]);
});

const SYSTEM: readonly (readonly [string, readonly Part[]])[] = [
  ["protocol 0", ["cos\nsystem\n(S'id'\ntR."]],
  ["protocol 2", [0x80, 2, "cos\nsystem\nq\x00", text("id"), "\x85R."]],
  ["protocol 4", [0x80, 4, 0x8c, 2, "os", 0x94, 0x8c, 6, "system", 0x94, 0x93, 0x8c, 2, "id", 0x85, "R."]],
  ["INST", ["(S'id'\nios\nsystem\n."]],
  ["OBJ whose result is dropped", ["(cos\nsystem\nS'id'\no0K\x01."]],
  ["a stream that breaks later", ["cos\nsystem\n(S'id'\ntR\xff"]],
  ["a stream that is cut later", ["cos\nsystem\n(S'id'\ntR"]],
  ["a second pickle after STOP", ["N.", "cos\nsystem\n."]],
  ["a second pickle behind rubbish", ["N.", 0, 0, 0x80, 2, "cos\nsystem\n."]],
  ["a broken frame", [0x80, 4, 0x95, u64(99n), 0x8c, 2, "os", 0x8c, 6, "system", 0x93, "."]],
];
for (const [how, parts] of SYSTEM) {
  test(`P01 os.system by ${how} is refused by its name`, () => {
    const error = failureOf(parts);
    assert.equal(error.code, "PICKLE_GLOBAL_NOT_ALLOWED");
    assert.match(error.message, /global os\.system at offset \d+ is not allowed/);
    assert.deepEqual([error.details.module, error.details.name], ["os", "system"]);
    assert.match(error.remedy ?? "", /Nothing of the file was executed/);
  });
}

test("P02 operands of STACK_GLOBAL from memo slots are named as they are", () => {
  const system = program(0x8c, 6, "system", "q\0", "0");
  const os = program(0x8c, 2, "os", OP.MEMOIZE, "0");
  assert.match(
    failureOf([0x80, 4, system, os, "h\x01h\0", OP.STACK_GLOBAL, "."]).message,
    /global os\.system/,
  );
});

test("P06 P07 names that only look like allowed ones are refused", () => {
  for (const [module, name] of [
    ["torch", "_utils._rebuild_tensor_v2"],
    ["torch", "Tensor.__class__"],
    ["Torch", "FloatStorage"],
    ["torch\u200b", "FloatStorage"],
    ["collections ", "OrderedDict"],
    ["torch.storage", "_load_from_bytes"],
    ["pickle", "loads"],
  ] as const) {
    assert.equal(failureOf([0x80, 4, text(module), text(name), 0x93, "."]).code, "PICKLE_GLOBAL_NOT_ALLOWED");
  }
});

test("P49 P50 many names are counted exactly, listed up to a limit, and escaped", () => {
  const many = Array.from({ length: 1500 }, (_, i) => `cm${i}\nn\n0`);
  const error = failureOf([...many, "N."]);
  assert.equal(error.details.count, 1500);
  assert.equal((error.details.globals as string[]).length, 1000);
  assert.match(error.message, /and 1490 more/);
  assert.ok(failureOf(["cm\r\x1b[31m\nn\n."]).message.includes("global m\\r\\u001b[31m.n"));
});

test("policy inert keeps unknown names as opaque data, with state, items and entries", () => {
  const { value, unknown, unknownCount } = run(
    program("capp\nThing\n(K\x01tR}", text("a"), "K\x02sb(K\x03e(", text("k"), "K\x04u."),
    "inert",
  );
  assert.equal(unknownCount, 1);
  assert.deepEqual(
    unknown.map((g) => `${g.module}.${g.name}`),
    ["app.Thing"],
  );
  assert.ok(value !== null && typeof value === "object" && "kind" in value && value.kind === "opaque");
  assert.deepEqual(value.args, [1]);
  assert.deepEqual(entriesOf(value.state), [["a", 2]]);
  assert.deepEqual(value.items, [3]);
  assert.deepEqual(entriesOf(value.entries), [["k", 4]]);
});

const REFUSED: readonly (readonly [string, string, readonly Part[]])[] = [
  ["P03 STACK_GLOBAL on an int", "PICKLE_BAD_OPERAND", ["K\x01", text("n"), 0x93, "."]],
  ["P03 STACK_GLOBAL on None", "PICKLE_BAD_OPERAND", [text("m"), "N", 0x93, "."]],
  ["P03 STACK_GLOBAL on bytes", "PICKLE_BAD_OPERAND", ["C\x01m", text("n"), 0x93, "."]],
  ["P05 a memo slot never set", "PICKLE_MEMO_MISSING", ["h\x05."]],
  ["P10 an extension code", "PICKLE_EXT_OPCODE", ["\x82\x01."]],
  ["P12 bytes after STOP", "PICKLE_TRAILING_DATA", ["N.\0"]],
  ["P15 an empty file", "PICKLE_TRUNCATED", []],
  ["P15 no STOP", "PICKLE_TRUNCATED", ["N"]],
  ["P18 a frame past the end", "PICKLE_BAD_FRAME", [0x80, 4, 0x95, u64(3n), "N."]],
  ["P18 a frame of 2^64 − 1", "PICKLE_BAD_FRAME", [0x80, 4, 0x95, u64(2n ** 64n - 1n), "N."]],
  ["P18 an argument across the frame's end", "PICKLE_BAD_FRAME", [0x80, 4, 0x95, u64(3n), 0x8c, 2, "xy."]],
  ["P18 a frame inside a frame", "PICKLE_BAD_FRAME", [0x80, 4, 0x95, u64(11n), 0x95, u64(1n), "N."]],
  ["P19 a text of 4 GiB", "PICKLE_TRUNCATED", ["X\xff\xff\xff\xffab."]],
  ["P20 bytes of 2^53 + 1", "PICKLE_TRUNCATED", [0x8e, u64(2n ** 53n + 1n), "."]],
  ["P20 a text of 2^64 − 1", "PICKLE_TRUNCATED", [0x8d, u64(2n ** 64n - 1n), "."]],
  ["P21 a string of negative length", "PICKLE_BAD_ARG", ["T\xff\xff\xff\xff."]],
  ["P23 a negative memo index", "PICKLE_BAD_ARG", ["Np-1\n."]],
  ["P23 a memo index of other digits", "PICKLE_BAD_ARG", ["Np0x1\n."]],
  ["P24 an integer of 2^31 − 1 bytes", "PICKLE_LIMIT_INT", ["\x8b\xff\xff\xff\x7f."]],
  ["P24 an integer of −1 bytes", "PICKLE_BAD_ARG", ["\x8b\xff\xff\xff\xff."]],
  ["P24 60,000 digits", "PICKLE_BAD_ARG", [`I${"9".repeat(60_000)}\n.`]],
  ["P32 a list as key", "PICKLE_UNHASHABLE_KEY", ["}]Ns."]],
  ["P32 a tuple with a list as key", "PICKLE_UNHASHABLE_KEY", ["}]\x85Ns."]],
  ["P34 bytes that are no UTF-8", "PICKLE_BAD_UTF8", ["X\x02\0\0\0\xc0\x80."]],
  ["P35 an open quote", "PICKLE_BAD_ARG", ["S'x\n."]],
  ["P36 a float of other digits", "PICKLE_BAD_ARG", ["F0x1p3\n."]],
  ["P37 state of a function", "PICKLE_BUILD_NOT_ALLOWED", ["c_codecs\nencode\n}b."]],
  ["P37 state of a plain dict", "PICKLE_BUILD_NOT_ALLOWED", ["}}b."]],
  ["P38 a call of an int", "PICKLE_BAD_REDUCE_ARGS", ["K\x01)R."]],
  ["P38 a call with a list", "PICKLE_BAD_REDUCE_ARGS", ["ccollections\nOrderedDict\n]R."]],
  ["P38 a call of a constant", "PICKLE_BAD_REDUCE_ARGS", ["ctorch\nfloat32\n)R."]],
  [
    "P38 a tensor of two arguments",
    "PICKLE_BAD_REDUCE_ARGS",
    ["ctorch._utils\n_rebuild_tensor_v2\nK\x01K\x02\x86R."],
  ],
  ["P40 a persistent id in text", "PICKLE_PERSID_INVALID", ["Px\n."]],
  ["P41 an item set on a tuple", "PICKLE_SETITEM_TARGET", [")NNs."]],
  ["P41 an item set on a list", "PICKLE_SETITEM_TARGET", ["](NNu."]],
  ["P41 an item appended to a dict", "PICKLE_APPEND_TARGET", ["}Na."]],
  ["P41 items appended to a tuple", "PICKLE_APPEND_TARGET", [")(Ne."]],
  ["P42 a buffer out of band", "PICKLE_OOB_BUFFER", ["\x97."]],
  ["P43 protocol 6", "PICKLE_BAD_PROTOCOL", ["\x80\x06N."]],
  ["P44 another codec", "PICKLE_CODEC_NOT_ALLOWED", ["c_codecs\nencode\n(", text("x"), text("rot13"), "tR."]],
  ["an odd number of items", "PICKLE_BAD_OPERAND", ["}(Nu."]],
];
for (const [name, code, parts] of REFUSED) {
  test(`${name} is refused as ${code}`, () => assert.equal(failureOf(parts).code, code));
}

test("P14 every byte that is no opcode is refused with its offset", () => {
  const known = new Set<number>(Object.values(OP));
  for (let op = 0; op < 256; op++) {
    if (known.has(op)) continue;
    const error = failureOf(["N", op]);
    assert.equal(error.code, "PICKLE_BAD_OPCODE");
    assert.equal(error.details.offset, 1);
  }
});

test("P16 P17 an opcode without its operands is an underflow, also above a mark", () => {
  const taking =
    "0 2 R b a e s u t d l o . q\0 r\0\0\0\0 p0\n \x81 \x85 \x86 \x87 \x92 \x93 \x94 Q \x90 \x91 1";
  for (const op of taking.split(" ")) {
    assert.equal(failureOf([op, "."]).code, "PICKLE_STACK_UNDERFLOW", JSON.stringify(op));
  }
  assert.equal(failureOf(["N(R."]).code, "PICKLE_STACK_UNDERFLOW");
});

test("P22 a sparse memo index costs nothing", () => {
  assert.deepEqual(read("K\x07r\xff\xff\xff\xff0j\xff\xff\xff\xff."), 7);
  assert.deepEqual(read("K\x07p9007199254740991\n0g9007199254740991\n."), 7);
});

test("P26 P28 shared values of 2^64 nodes stay shared", () => {
  const doubling = Array.from({ length: 64 }, (_, i) => program("q", i, "0h", i, "h", i, "\x86"));
  const value = read("N", ...doubling, ".");
  assert.ok(value !== null && typeof value === "object" && "kind" in value && value.kind === "tuple");
  assert.equal(value.items[0], value.items[1]);
  // As a key it would have to be walked.
  assert.equal(failureOf(["}N", ...doubling, "Ns."]).code, "PICKLE_UNHASHABLE_KEY");
});

test("P27 P30 deep nesting and many marks need no recursion", () => {
  assert.ok(read("]".repeat(30_000), "a".repeat(29_999), "."));
  assert.ok(read("N", "\x85".repeat(50_000), "."));
  assert.equal(failureOf(["(".repeat(1_000_001)]).code, "PICKLE_LIMIT_STACK");
});

test("P29 a list that holds itself is a value", () => {
  const value = read("]q\0h\0a.");
  assert.ok(value !== null && typeof value === "object" && "kind" in value && value.kind === "list");
  assert.equal(value.items[0], value);
});

test("P31 keys that JavaScript knows are ordinary keys", () => {
  const names = ["__proto__", "constructor", "prototype", "hasOwnProperty", "toString"];
  const value = read("}(", ...names.flatMap((n) => [text(n), "}"]), "u.");
  assert.deepEqual(
    entriesOf(value).map(([key]) => key),
    names,
  );
  assert.equal(Object.hasOwn(Object.prototype, "polluted"), false);
  assert.equal(({} as Record<string, unknown>).kind, undefined);
});

test("P33 equal keys are one key, the last value counts, and it is counted", () => {
  const { value, duplicateKeys } = run(program("}(K\x01K\x0a\x88K\x0bF1\nK\x0c", text("1"), "K\x0du."));
  assert.deepEqual(entriesOf(value), [
    [1, 12],
    ["1", 13],
  ]);
  assert.equal(duplicateKeys, 2);
  const tuples = run(program("}(K\x01\x85K\x01F1\n\x85K\x02", text("\0t(1 number 1"), "K\x03u."));
  assert.deepEqual(
    entriesOf(tuples.value).map(([, v]) => v),
    [2, 3],
  );
  const nan = run(program("}(Fnan\nK\x01Fnan\nK\x02u."));
  assert.equal(entriesOf(nan.value).length, 2);
});

function entriesOf(value: PyValue): [PyValue, PyValue][] {
  assert.ok(value !== null && typeof value === "object" && "kind" in value && value.kind === "dict");
  return [...value.entries.values()].map((entry) => [entry.key, entry.value]);
}

test("numpy scalars are Python's numbers; its types and arrays stay opaque; objects within are refused", () => {
  const dtype = (code: string, order: string) =>
    program(
      "cnumpy\ndtype\n(",
      text(code),
      "\x89\x88tR(K\x03",
      text(order),
      "NNNJ\xff\xff\xff\xffJ\xff\xff\xff\xffK\x00tb",
    );
  const scalar = (code: string, order: string, bytes: readonly number[], module = "numpy._core.multiarray") =>
    read(`c${module}\nscalar\n`, dtype(code, order), "C", bytes.length, Buffer.from(bytes), "\x86R.");
  assert.deepEqual(scalar("f8", "<", [0, 0, 0, 0, 0, 0, 0xf8, 0x3f]), float(1.5));
  assert.deepEqual(scalar("f4", ">", [0x3f, 0xc0, 0, 0], "numpy.core.multiarray"), float(1.5));
  assert.deepEqual(scalar("i8", "<", [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]), -1);
  assert.deepEqual(scalar("u8", "<", [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]), 2n ** 64n - 1n);
  assert.deepEqual([scalar("i4", "<", [1, 0, 0, 0]), scalar("u4", "<", [1, 0, 0, 0])], [1, 1]);
  assert.deepEqual([scalar("i2", "<", [1, 0]), scalar("u2", ">", [1, 0])], [1, 256]);
  assert.deepEqual(
    [scalar("i1", "|", [255]), scalar("u1", "|", [255]), scalar("b1", "|", [1])],
    [-1, 255, true],
  );
  assert.equal(typeName(scalar("U1", "<", [65, 0, 0, 0])), "numpy.scalar");
  const array = program(
    "cnumpy.core.multiarray\n_reconstruct\n(cnumpy\nndarray\nK\x00\x85C\x01btR(K\x01K\x01\x85",
    dtype("u1", "|"),
    "\x89C\x01xtb",
  );
  assert.equal(typeName(read(array, ".")), "numpy.ndarray");
  assert.equal(failureOf([dtype("O8", "|"), "."]).code, "NPY_OBJECT_ARRAY");
  for (const parts of [
    ["cnumpy\ndtype\n)R."],
    ["cnumpy.core.multiarray\nscalar\n)R."],
    ["cnumpy.core.multiarray\n_reconstruct\n)R."],
    ["cnumpy.core.multiarray\nscalar\n", dtype("f8", "<"), "C\x01x\x86R."],
  ]) {
    assert.equal(failureOf(parts).code, "PICKLE_BAD_REDUCE_ARGS");
  }
});
