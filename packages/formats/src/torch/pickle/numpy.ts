/**
 * Values of numpy: hyper-parameters, metrics and random states hold them. Scalars of the plain types become Python's;
 * types and arrays stay opaque data. Object arrays, which are pickles within, are refused.
 */
import type { Allowed, CallSite } from "./calls.ts";
import { compactInt } from "./literals.ts";
import { isKind, opaque, type PyOpaque, type PyValue, typeName } from "./values.ts";

export const NUMPY_NAMES: readonly (readonly [string, Allowed])[] = [
  ["numpy dtype", { call: dtype }],
  ["numpy ndarray", {}],
  // Before and since numpy 2.
  ...["numpy.core.multiarray", "numpy._core.multiarray"].flatMap((module): [string, Allowed][] => [
    [`${module} scalar`, { call: scalar }],
    [`${module} _reconstruct`, { call: array }],
  ]),
];

/** (code, align, copy); its byte order arrives as state. */
function dtype(args: readonly PyValue[], site: CallSite): PyOpaque {
  const [code] = args;
  if (typeof code !== "string") throw site.badArgs(`type code is a ${typeName(code ?? null)}`);
  if (code.includes("O")) throw site.fail("NPY_OBJECT_ARRAY", "objects inside of numpy values are not read");
  return opaque(named("dtype", site), args);
}

/** (ndarray, (0,), b"b"); shape, type and bytes arrive as state. */
function array(args: readonly PyValue[], site: CallSite): PyOpaque {
  const [type] = args;
  if (!isKind(type, "global") || typeName(type) !== "numpy.ndarray") {
    throw site.badArgs(`${typeName(type ?? null)} is no ndarray`);
  }
  return opaque(named("ndarray", site), args);
}

/** (dtype, bytes). */
function scalar(args: readonly PyValue[], site: CallSite): PyValue {
  const [type, bytes] = args;
  const code = isKind(type, "opaque") && typeName(type) === "numpy.dtype" ? type.args[0] : undefined;
  if (!isKind(type, "opaque") || typeof code !== "string" || !(bytes instanceof Uint8Array)) {
    throw site.badArgs("expected a dtype and bytes");
  }
  const size = Number(/^[fiub]([1248])$/.exec(code)?.[1] ?? bytes.length);
  if (bytes.length !== size) throw site.badArgs(`${bytes.length} bytes for a ${code}`);
  const order = isKind(type.state, "tuple") ? type.state.items[1] : undefined;
  const value = decode(new DataView(bytes.buffer, bytes.byteOffset, size), code, order !== ">");
  return value ?? opaque(named("scalar", site), args);
}

function decode(bytes: DataView, code: string, little: boolean): PyValue | undefined {
  switch (code) {
    case "f8":
      return { kind: "float", value: bytes.getFloat64(0, little) };
    case "f4":
      return { kind: "float", value: bytes.getFloat32(0, little) };
    case "i8":
      return compactInt(bytes.getBigInt64(0, little));
    case "u8":
      return compactInt(bytes.getBigUint64(0, little));
    case "i4":
      return bytes.getInt32(0, little);
    case "u4":
      return bytes.getUint32(0, little);
    case "i2":
      return bytes.getInt16(0, little);
    case "u2":
      return bytes.getUint16(0, little);
    case "i1":
      return bytes.getInt8(0);
    case "u1":
      return bytes.getUint8(0);
    case "b1":
      return bytes.getUint8(0) !== 0;
    default:
      return undefined;
  }
}

function named(name: string, { offset }: CallSite) {
  return { kind: "global", module: "numpy", name, offset, allowed: {} } as const;
}
