/** Test material: what an operation yields, by the plainest means. */
import assert from "node:assert/strict";
import { crc32, inflateRawSync } from "node:zlib";
import { type ByteSource, contiguousStrides, itemSize, numel, type Op } from "@drydock/checkpoint";

export async function evaluateOp(op: Op, objects: ReadonlyMap<string, ByteSource>): Promise<Buffer> {
  switch (op.kind) {
    case "read": {
      const source = objects.get(op.range.object);
      assert.ok(source !== undefined);
      const bytes = Buffer.from(await source.read(op.range.start, op.range.end));
      if (op.crc32 !== undefined) assert.equal(crc32(bytes), op.crc32);
      return bytes;
    }
    case "inflate": {
      const bytes = inflateRawSync(await evaluateOp(op.arg, objects));
      assert.equal(bytes.length, op.size);
      return bytes;
    }
    case "view":
      return gather(await evaluateOp(op.arg, objects), op);
    case "kernel": {
      assert.equal(op.name, "byteswap");
      const [arg] = op.args;
      assert.ok(arg !== undefined);
      const bytes = await evaluateOp(arg, objects);
      const size = Number(op.params.itemsize);
      for (let i = 0; i < bytes.length; i += size) bytes.subarray(i, i + size).reverse();
      return bytes;
    }
    default:
      assert.fail(`a reader never makes ${op.kind}`);
  }
}

function gather(bytes: Buffer, view: Extract<Op, { kind: "view" }>): Buffer {
  const item = itemSize(view.dtype);
  const count = numel(view.shape);
  const out = Buffer.alloc(count * item);
  const steps = contiguousStrides(view.shape);
  for (let i = 0; i < count; i++) {
    let from = view.offset;
    view.shape.forEach((size, d) => {
      from += (Math.floor(i / (steps[d] ?? 1)) % size) * (view.strides[d] ?? 0);
    });
    assert.ok((from + 1) * item <= bytes.length);
    bytes.copy(out, i * item, from * item, (from + 1) * item);
  }
  return out;
}
