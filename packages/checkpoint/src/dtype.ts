/** Element types, by the names safetensors gives them. Sizes in bytes, little-endian on disk. */
const BYTES = {
  BOOL: 1,
  U8: 1,
  I8: 1,
  F8_E5M2: 1,
  F8_E4M3: 1,
  F8_E8M0: 1,
  F8_E4M3FNUZ: 1,
  F8_E5M2FNUZ: 1,
  I16: 2,
  U16: 2,
  F16: 2,
  BF16: 2,
  I32: 4,
  U32: 4,
  F32: 4,
  C64: 8,
  F64: 8,
  I64: 8,
  U64: 8,
} as const;

/** In ascending order of the reference implementation's enum, which its writer sorts by (descending). */
export type Dtype = keyof typeof BYTES;

export const DTYPES = Object.keys(BYTES) as readonly Dtype[];

/** Bytes of one element. */
export function itemSize(dtype: Dtype): number {
  return BYTES[dtype];
}

export function isDtype(name: string): name is Dtype {
  return Object.hasOwn(BYTES, name);
}

/** PyTorch's name, such as "bfloat16"; the pipeline file accepts both. */
const TORCH_NAMES: Readonly<Record<Dtype, string>> = {
  BOOL: "bool",
  U8: "uint8",
  I8: "int8",
  F8_E5M2: "float8_e5m2",
  F8_E4M3: "float8_e4m3fn",
  F8_E8M0: "float8_e8m0fnu",
  F8_E4M3FNUZ: "float8_e4m3fnuz",
  F8_E5M2FNUZ: "float8_e5m2fnuz",
  I16: "int16",
  U16: "uint16",
  F16: "float16",
  BF16: "bfloat16",
  I32: "int32",
  U32: "uint32",
  F32: "float32",
  C64: "complex64",
  F64: "float64",
  I64: "int64",
  U64: "uint64",
};

export function torchName(dtype: Dtype): string {
  return TORCH_NAMES[dtype];
}

const BY_NAME: ReadonlyMap<string, Dtype> = new Map(
  DTYPES.flatMap((d): [string, Dtype][] => [
    [d.toLowerCase(), d],
    [TORCH_NAMES[d], d],
    [`torch.${TORCH_NAMES[d]}`, d],
  ]),
);

/** The dtype a user means by "bf16", "BF16", "bfloat16" or "torch.bfloat16"; undefined for anything else. */
export function parseDtype(name: string): Dtype | undefined {
  return BY_NAME.get(name.toLowerCase());
}

const FLOATS: ReadonlySet<Dtype> = new Set([
  "F64",
  "F32",
  "F16",
  "BF16",
  "F8_E5M2",
  "F8_E4M3",
  "F8_E4M3FNUZ",
  "F8_E5M2FNUZ",
]);

export function isFloat(dtype: Dtype): boolean {
  return FLOATS.has(dtype);
}
