import assert from "node:assert/strict";
import { test } from "node:test";
import { bytesSource, type CheckpointError } from "@drydock/checkpoint";
import type { CheckpointIndex } from "../format.ts";
import { openCheckpoint } from "../open.ts";
import { int, pickleOf, program, tensor, text, tuple } from "./pickle-builder.ts";
import { torchZip } from "./zip-builder.ts";

/** Opens {x: value, state_dict: {}}, or only weights {x: value}. */
function open(
  value: Uint8Array,
  data: Uint8Array = Buffer.alloc(8),
  alone = false,
): Promise<CheckpointIndex> {
  const pickle = alone ? pickleOf({ x: value }) : pickleOf({ state_dict: program("}"), x: value });
  const bytes = torchZip({ "data.pkl": pickle, "data/0": data });
  return openCheckpoint(new Map([["", bytesSource(bytes, "f")]]), { input: "source" });
}

const global = (module: string, name: string) => program(`c${module}\n${name}\n`);
const utils = (name: string, ...args: Uint8Array[]) =>
  program(global("torch._utils", name), tuple(...args), "R");
const f32 = global("torch", "float32");
const hooks = program("ccollections\nOrderedDict\n)R");
const storage = (type: string, count: number) =>
  program(tuple(text("storage"), program(`c${type}\n`), text("0"), text("cuda:0"), int(count)), "Q");
const dims = (...n: number[]) => tuple(...n.map(int));
const no = program(0x89);

test("each rebuild function of dense tensors gives the tensor", async () => {
  const v1 = utils("_rebuild_tensor", storage("torch.cuda\nHalfStorage", 4), int(1), dims(3), dims(1));
  const untyped = storage("torch.storage\nUntypedStorage", 8);
  const v3 = utils(
    "_rebuild_tensor_v3",
    untyped,
    int(0),
    dims(4),
    dims(1),
    no,
    hooks,
    global("torch", "uint16"),
  );
  const inner = tuple(storage("torch\nFloatStorage", 2), int(0), dims(2), dims(1), no, hooks);
  const typed = (module: string, name: string) =>
    program(
      global("torch._tensor", "_rebuild_from_type_v2"),
      tuple(global("torch._utils", "_rebuild_tensor_v2"), global(module, name), inner, program("}")),
      "R",
    );
  for (const [value, dtype, shape, kind] of [
    [v1, "F16", [3], "unknown"],
    [v3, "U16", [4], "unknown"],
    [typed("torch", "Tensor"), "F32", [2], "unknown"],
    [typed("torch.nn.parameter", "Parameter"), "F32", [2], "parameter"],
    [utils("_rebuild_parameter", tensor(), no, hooks), "F32", [2], "parameter"],
    [utils("_rebuild_parameter_with_state", tensor(), no, hooks, program("}")), "F32", [2], "parameter"],
    [
      utils("_rebuild_device_tensor_from_cpu_tensor", tensor(), f32, text("xla:0"), no),
      "F32",
      [2],
      "unknown",
    ],
  ] as const) {
    const { weights } = await open(value, undefined, true);
    assert.deepEqual(
      weights.map((w) => [w.dtype, w.shape, w.kind]),
      [[dtype, shape, kind]],
    );
  }
});

test("tensors of other kinds are named by their kind", async () => {
  const coo = tuple(tensor(), tensor(), dims(9));
  for (const [value, kind] of [
    [utils("_rebuild_sparse_tensor", text("torch.sparse_coo"), coo), "sparse"],
    [utils("_rebuild_nested_tensor", tensor(), tensor(), tensor(), tensor()), "nested"],
    [utils("_rebuild_wrapper_subclass", global("torch", "Tensor"), f32, dims(2), dims(1)), "subclass"],
    [
      utils(
        "_rebuild_qtensor",
        storage("torch\nQInt8Storage", 8),
        int(0),
        dims(8),
        dims(1),
        program(")"),
        no,
        hooks,
      ),
      "quantized",
    ],
    [tensor({ type: "torch\nComplexDoubleStorage", count: 0, size: [0] }), "complex128"],
  ] as const) {
    const data = kind === "complex128" ? Buffer.alloc(0) : undefined;
    const { warnings } = await open(value, data);
    assert.deepEqual(warnings, [`f: 1 tensors are of kinds that are not read: x (${kind})`]);
  }
});

test("arguments of any other shape are refused by the function's name", async () => {
  const untyped = storage("torch.storage\nUntypedStorage", 8);
  for (const [value, name] of [
    [utils("_rebuild_tensor_v2", untyped, int(0), dims(8), dims(1), no, hooks), "_rebuild_tensor_v2"],
    [
      utils("_rebuild_tensor_v2", storage("torch\nFloatStorage", 2), int(0), int(2), dims(1)),
      "_rebuild_tensor_v2",
    ],
    [
      utils("_rebuild_tensor_v2", storage("torch\nFloatStorage", 2), int(0), dims(2), int(1)),
      "_rebuild_tensor_v2",
    ],
    [
      utils("_rebuild_tensor_v2", storage("torch\nFloatStorage", 2), text("0"), dims(2), dims(1)),
      "_rebuild_tensor_v2",
    ],
    [
      utils("_rebuild_tensor_v3", untyped, int(0), dims(8), dims(1), no, hooks, text("uint8")),
      "_rebuild_tensor_v3",
    ],
    [utils("_rebuild_parameter", int(1)), "_rebuild_parameter"],
    [utils("_rebuild_sparse_tensor", text("torch.sparse_coo"), program(")")), "_rebuild_sparse_tensor"],
    [
      program(global("torch._tensor", "_rebuild_from_type_v2"), tuple(global("torch", "Size")), "R"),
      "_rebuild_from_type_v2",
    ],
    [program(global("torch", "Size"), tuple(int(1)), "R"), "torch\\.Size"],
    [program(global("torch", "device"), tuple(int(1)), "R"), "torch\\.device"],
    [program(global("torch.serialization", "_get_layout"), tuple(int(1)), "R"), "_get_layout"],
  ] as const) {
    await assert.rejects(open(value), (error: CheckpointError) => {
      assert.equal(error.code, "PICKLE_BAD_REDUCE_ARGS", error.message);
      assert.match(error.message, new RegExp(`${name}: `));
      return true;
    });
  }
});

test("a best metric kept as a tensor is read whatever its float type, and left out if it is no number", async () => {
  const bits = (size: number, write: (view: DataView) => void) => {
    const bytes = Buffer.alloc(size);
    write(new DataView(bytes.buffer, bytes.byteOffset, size));
    return bytes;
  };
  for (const [type, data, expected] of [
    ["DoubleStorage", bits(8, (v) => v.setFloat64(0, 0.1, true)), 0.1],
    ["FloatStorage", bits(4, (v) => v.setFloat32(0, -2.5, true)), -2.5],
    ["BFloat16Storage", bits(2, (v) => v.setUint16(0, 0x3fc0, true)), 1.5],
    ["HalfStorage", bits(2, (v) => v.setUint16(0, 0x3e00, true)), 1.5],
    ["HalfStorage", bits(2, (v) => v.setUint16(0, 0x8001, true)), -(2 ** -24)],
    ["HalfStorage", bits(2, (v) => v.setUint16(0, 0x7c00, true)), undefined],
    ["HalfStorage", bits(2, (v) => v.setUint16(0, 0x7c01, true)), undefined],
    ["LongStorage", Buffer.alloc(8), undefined],
  ] as const) {
    const value = tensor({ type: `torch\n${type}`, count: 1, size: [], stride: [] });
    const pickle = pickleOf({
      state_dict: program("}"),
      callbacks: program(
        "}",
        text("ModelCheckpoint{'monitor': 'x'}"),
        "}",
        text("best_model_score"),
        value,
        "ss",
      ),
    });
    const bytes = torchZip({ "data.pkl": pickle, "data/0": data });
    const { training } = await openCheckpoint(new Map([["", bytesSource(bytes, "f")]]), { input: "source" });
    assert.equal(training.bestMetric, expected, type);
  }
});

test("several files are no torch checkpoint", async () => {
  const source = bytesSource(torchZip({}));
  const objects = new Map([
    ["a.pt", source],
    ["b.pt", source],
  ]);
  await assert.rejects(openCheckpoint(objects, { input: "source" }), { code: "TORCH_AMBIGUOUS" });
});
