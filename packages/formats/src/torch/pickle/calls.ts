/**
 * What an allow-listed name does when a pickle calls it. Each constructor checks the shape of its arguments and returns
 * data; none calls anything that the file names.
 */

import { setItem } from "./dict.ts";
import { NUMPY_NAMES } from "./numpy.ts";
import { dict, isKind, type PyDict, type PyValue, typeName } from "./values.ts";

export interface CallSite {
  /** Offset of the opcode. */
  readonly offset: number;
  /** PICKLE_BAD_REDUCE_ARGS, naming the callable. */
  badArgs(problem: string): Error;
  fail(code: string, message: string): Error;
}

export type Constructor = (args: readonly PyValue[], site: CallSite) => PyValue;

/** An allowed name: a constant (no call), or a constructor. Keyed "module name", Python 3's names. */
export type Allowed = { readonly call?: Constructor };

/** Names of Python itself, and of numpy, that are only data. */
export const DATA_NAMES: ReadonlyMap<string, Allowed> = new Map<string, Allowed>([
  ["collections OrderedDict", { call: (args, site) => mapping("OrderedDict", args, site) }],
  ["collections Counter", { call: (args, site) => mapping("Counter", args, site) }],
  ["builtins dict", { call: (args, site) => mapping("dict", args, site) }],
  ["builtins set", { call: set }],
  ["builtins frozenset", { call: set }],
  ["builtins bytes", { call: bytes }],
  ["builtins bytearray", { call: (args, site) => ({ kind: "bytearray", bytes: bytes(args, site) }) }],
  ["builtins complex", { call: complex }],
  ["_codecs encode", { call: encode }],
  ...NUMPY_NAMES,
]);

/** Python 2's names, which protocol 2 still writes, as Python 3's. */
const MODULES: Readonly<Record<string, string>> = {
  __builtin__: "builtins",
  copy_reg: "copyreg",
  Queue: "queue",
  cPickle: "_pickle",
};
const NAMES: ReadonlyMap<string, string> = new Map([
  ["builtins long", "int"],
  ["builtins unicode", "str"],
  ["builtins xrange", "range"],
]);

export function python3Name(
  module: string,
  name: string,
): { readonly module: string; readonly name: string } {
  const mapped = Object.hasOwn(MODULES, module) ? (MODULES[module] ?? module) : module;
  return { module: mapped, name: NAMES.get(`${mapped} ${name}`) ?? name };
}

/** No argument, a dict, or an iterable of pairs. */
function mapping(type: PyDict["type"], args: readonly PyValue[], site: CallSite): PyDict {
  const result = dict(type);
  const [from, ...more] = args;
  if (from === undefined) return result;
  if (more.length > 0) throw site.badArgs(`expected at most 1 argument, found ${args.length}`);
  if (isKind(from, "dict")) {
    for (const { key, value } of from.entries.values()) setItem(result, key, value);
    return result;
  }
  for (const pair of itemsOf(from, site)) {
    const [key, value, ...rest] = isKind(pair, "tuple") || isKind(pair, "list") ? pair.items : [];
    if (key === undefined || value === undefined || rest.length > 0) throw site.badArgs("expected pairs");
    if (!setItem(result, key, value)) throw unhashable(key, site);
  }
  return result;
}

function set(args: readonly PyValue[], site: CallSite): PyValue {
  const result = dict();
  const [from, ...more] = args;
  if (more.length > 0) throw site.badArgs(`expected at most 1 argument, found ${args.length}`);
  for (const item of from === undefined ? [] : itemsOf(from, site)) {
    if (!setItem(result, item, item)) throw unhashable(item, site);
  }
  return { kind: "set", items: new Map([...result.entries].map(([key, entry]) => [key, entry.key])) };
}

function itemsOf(value: PyValue, site: CallSite): readonly PyValue[] {
  if (isKind(value, "list") || isKind(value, "tuple")) return value.items;
  throw site.badArgs(`expected a list, found ${typeName(value)}`);
}

function bytes(args: readonly PyValue[], site: CallSite): Uint8Array {
  const [from, encoding, ...more] = args;
  if (from === undefined) return new Uint8Array(0);
  if (from instanceof Uint8Array && encoding === undefined) return from;
  // bytearray(text, "latin-1") of protocol 2.
  if (typeof from === "string" && typeof encoding === "string" && more.length === 0) {
    return latin1(from, encoding, site);
  }
  throw site.badArgs(`expected bytes, found ${typeName(from)}`);
}

/** How protocol 2 writes bytes. */
function encode(args: readonly PyValue[], site: CallSite): PyValue {
  const [text, encoding, ...more] = args;
  if (typeof text !== "string" || typeof encoding !== "string" || more.length > 0) {
    throw site.badArgs("expected a text and an encoding");
  }
  return latin1(text, encoding, site);
}

function latin1(text: string, encoding: string, site: CallSite): Uint8Array {
  if (encoding !== "latin1" && encoding !== "latin-1") {
    const message = `encodes with ${JSON.stringify(encoding.slice(0, 40))}, only latin1 is data`;
    throw site.fail("PICKLE_CODEC_NOT_ALLOWED", message);
  }
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the whole range of latin-1
  if (!/^[\x00-\xff]*$/.test(text)) throw site.badArgs("the text has characters beyond latin1");
  return new Uint8Array(Buffer.from(text, "latin1"));
}

function complex(args: readonly PyValue[], site: CallSite): PyValue {
  const [real, imag] = args.map((a) => (isKind(a, "float") ? a.value : a));
  if (typeof real !== "number" || typeof imag !== "number" || args.length !== 2) {
    throw site.badArgs("expected two numbers");
  }
  return { kind: "complex", real, imag };
}

function unhashable(key: PyValue, site: CallSite): Error {
  return site.fail("PICKLE_UNHASHABLE_KEY", `a ${typeName(key)} cannot be a key`);
}
