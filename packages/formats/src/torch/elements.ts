/** Element types as PyTorch names them, and the storage classes that stand for them in a pickle. */
import { DTYPES, itemSize, torchName } from "@drydock/checkpoint";
import type { ElementType } from "./nodes.ts";

/** Types no output can hold; tensors of them are recognised and named, not read. */
const WITHOUT_DTYPE: Readonly<Record<string, number>> = {
  complex32: 4,
  complex128: 16,
  float4_e2m1fn_x2: 1,
  bits8: 1,
  bits16: 2,
  bits1x8: 1,
  bits2x4: 1,
  bits4x2: 1,
  qint8: 1,
  quint8: 1,
  qint32: 4,
  quint4x2: 1,
  quint2x4: 1,
};

/** By torch's name, such as "float32". */
export const ELEMENTS: ReadonlyMap<string, ElementType> = new Map([
  ...DTYPES.map((dtype): [string, ElementType] => {
    const name = torchName(dtype);
    return [name, { name, bytes: itemSize(dtype), dtype }];
  }),
  ...Object.entries(WITHOUT_DTYPE).map(([name, bytes]): [string, ElementType] => [
    name,
    { name, bytes, dtype: undefined },
  ]),
]);

const STORAGES: Readonly<Record<string, string>> = {
  DoubleStorage: "float64",
  FloatStorage: "float32",
  HalfStorage: "float16",
  BFloat16Storage: "bfloat16",
  LongStorage: "int64",
  IntStorage: "int32",
  ShortStorage: "int16",
  CharStorage: "int8",
  ByteStorage: "uint8",
  BoolStorage: "bool",
  ComplexFloatStorage: "complex64",
  ComplexDoubleStorage: "complex128",
  QInt8Storage: "qint8",
  QUInt8Storage: "quint8",
  QInt32Storage: "qint32",
  QUInt4x2Storage: "quint4x2",
  QUInt2x4Storage: "quint2x4",
};

/** Keyed "module name"; the class of untyped storages maps to undefined. */
export const STORAGE_CLASSES: ReadonlyMap<string, ElementType | undefined> = new Map([
  ...Object.entries(STORAGES).flatMap(([name, element]): [string, ElementType | undefined][] => [
    [`torch ${name}`, ELEMENTS.get(element)],
    // What files saved from a GPU by old versions say.
    [`torch.cuda ${name}`, ELEMENTS.get(element)],
  ]),
  ["torch.storage UntypedStorage", undefined],
]);

/** Names of torch that are constants: element types (also those that cannot be saved) and quantisation schemes. */
export const CONSTANTS: readonly string[] = [
  ...ELEMENTS.keys(),
  ...[1, 2, 3, 4, 5, 6, 7].flatMap((bits) => [`int${bits}`, `uint${bits}`]),
  "per_tensor_affine",
  "per_tensor_symmetric",
  "per_channel_affine",
  "per_channel_symmetric",
  "per_channel_affine_float_qparams",
];
