/**
 * The operation that yields a tensor's contiguous little-endian bytes.
 *
 * T1  A tensor that covers its storage reads the whole record, with the checksum the zip declares (0 = none).
 * T2  Part of a storage reads that part only, and a strided view its extent only; neither has a checksum.
 * T3  A deflated record can only be read whole.
 * T4  Bytes of a big-endian file are swapped last, by the tensor's own type.
 */
import { type Dtype, itemSize, type Op } from "@drydock/checkpoint";
import type { IndexedTensor } from "../format.ts";
import { extentOf, isContiguous } from "./geometry.ts";
import type { StorageNode, TensorNode } from "./nodes.ts";

export interface RecordPlace {
  readonly input: string;
  readonly object: string;
  readonly bigEndian: boolean;
}

/** A tensor that can be read. */
export interface PlainTensor extends TensorNode {
  readonly element: TensorNode["element"] & { readonly dtype: Dtype };
  readonly storage: StorageNode;
}

export function isPlain(tensor: TensorNode): tensor is PlainTensor {
  return tensor.special === undefined && tensor.storage !== undefined && tensor.element.dtype !== undefined;
}

export interface NamedTensor {
  readonly name: string;
  readonly tensor: PlainTensor;
}

/**
 * Tensors with the same view of the same storage get the same `storage`. Different views of one storage are not tied:
 * written apart they hold the same values, written as one they could not.
 */
export function indexTensors(tensors: readonly NamedTensor[], place: RecordPlace): IndexedTensor[] {
  const uses = new Map<StorageNode, number>();
  for (const { tensor } of tensors) uses.set(tensor.storage, (uses.get(tensor.storage) ?? 0) + 1);
  const views = new Map<string, number>();
  const viewOf = ({ storage, offset, shape, strides, element }: PlainTensor): string =>
    (uses.get(storage) ?? 0) < 2
      ? ""
      : `${storage.key}:${offset}:${element.name}[${shape.join(",")}]/[${strides.join(",")}]`;
  const keys = tensors.map(({ tensor }) => viewOf(tensor));
  for (const key of keys) if (key !== "") views.set(key, (views.get(key) ?? 0) + 1);
  return tensors.map(({ name, tensor }, i) => {
    const key = keys[i] ?? "";
    const { dtype } = tensor.element;
    return {
      name,
      dtype,
      shape: tensor.shape,
      op: swapped(opOf(tensor, place), dtype, place),
      kind: tensor.parameter ? "parameter" : "unknown",
      storage: (views.get(key) ?? 0) > 1 ? key : "",
    };
  });
}

function opOf(tensor: PlainTensor, place: RecordPlace): Op {
  const { shape, strides, offset, storage, element } = tensor;
  const { entry } = storage;
  const start = offset * element.bytes;
  const extent = extentOf(shape, strides) * element.bytes;
  const read = (
    from: number,
    to: number,
    encoding: "stored" | "deflate",
  ): Op & { readonly kind: "read" } => ({
    kind: "read",
    range: {
      input: place.input,
      object: place.object,
      start: entry.start + from,
      end: entry.start + to,
      encoding,
    },
  });
  if (extent === 0) return read(0, 0, "stored");
  const whole = start === 0 && extent === storage.sizeBytes;
  const contiguous = isContiguous(shape, strides);
  const { dtype } = element;
  if (entry.deflated) {
    const arg: Op = { kind: "inflate", arg: read(0, entry.stored, "deflate"), size: entry.size };
    return whole && contiguous ? arg : { kind: "view", arg, dtype, offset, shape, strides };
  }
  const plain = read(start, start + extent, "stored");
  const arg: Op = whole && entry.crc32 !== 0 ? { ...plain, crc32: entry.crc32 } : plain;
  return contiguous ? arg : { kind: "view", arg, dtype, offset: 0, shape, strides };
}

/** T4. */
function swapped(op: Op, dtype: Dtype, place: RecordPlace): Op {
  // A complex number is two floats, each swapped by itself.
  const itemsize = dtype === "C64" ? 4 : itemSize(dtype);
  if (!place.bigEndian || itemsize === 1) return op;
  return { kind: "kernel", name: "byteswap", params: { itemsize }, args: [op] };
}
