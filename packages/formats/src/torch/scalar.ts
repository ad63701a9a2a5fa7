import type { ByteSource } from "@drydock/checkpoint";
import type { TensorNode } from "./nodes.ts";
import { isPlain } from "./tensors.ts";

/** The value of a float tensor of one element; undefined for any other tensor, and if it is not finite. */
export async function readScalar(
  tensor: TensorNode,
  source: ByteSource,
  bigEndian: boolean,
  signal: AbortSignal | undefined,
): Promise<number | undefined> {
  if (!isPlain(tensor) || tensor.shape.some((n) => n !== 1) || tensor.storage.entry.deflated)
    return undefined;
  const { dtype, bytes: itemsize } = tensor.element;
  if (dtype !== "F64" && dtype !== "F32" && dtype !== "F16" && dtype !== "BF16") return undefined;
  const start = tensor.storage.entry.start + tensor.offset * itemsize;
  const read = await source.read(start, start + itemsize, signal);
  const bytes = new DataView(read.buffer, read.byteOffset, read.byteLength);
  const value = decode(bytes, dtype, !bigEndian);
  return Number.isFinite(value) ? value : undefined;
}

function decode(bytes: DataView, dtype: "F64" | "F32" | "F16" | "BF16", little: boolean): number {
  switch (dtype) {
    case "F64":
      return bytes.getFloat64(0, little);
    case "F32":
      return bytes.getFloat32(0, little);
    case "BF16": {
      // The upper half of a float32.
      const wide = new DataView(new ArrayBuffer(4));
      wide.setUint16(0, bytes.getUint16(0, little));
      return wide.getFloat32(0);
    }
    case "F16": {
      const bits = bytes.getUint16(0, little);
      const sign = bits >> 15 === 0 ? 1 : -1;
      const exponent = (bits >> 10) & 31;
      const fraction = bits & 1023;
      if (exponent === 31) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
      return exponent === 0
        ? sign * fraction * 2 ** -24
        : sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
    }
  }
}
