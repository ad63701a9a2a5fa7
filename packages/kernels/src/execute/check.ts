/**
 * The size of what an operation yields, and every reason it cannot be executed, before a byte is read. Plans arrive
 * over the bus, so the executor runs this again.
 */
import { CheckpointLoadError, checkedAdd, checkedMul, itemSize, numel, type Op } from "@drydock/checkpoint";
import type { Backend } from "../backend.ts";
import { initElement } from "./init.ts";
import { byteExtent, isRandomAccess, MATERIALISE_BYTES, viewIsContiguous } from "./view.ts";

/** Nesting no plan has; keeps the recursion off the end of the stack. */
const MAX_DEPTH = 64;

/** Bytes `op` yields. Throws CheckpointConfigError or CheckpointLoadError. */
export function checkOp(op: Op, kernel: Backend["kernel"], depth = 0): number {
  if (depth > MAX_DEPTH) throw invalid("OP_DEPTH", `operations nest deeper than ${MAX_DEPTH}`);
  switch (op.kind) {
    case "read": {
      const { start, end, object } = op.range;
      if (!Number.isSafeInteger(start) || !Number.isSafeInteger(end) || start < 0 || end < start) {
        throw invalid("READ_RANGE", `${object}: range [${start}, ${end}) is none`);
      }
      return end - start;
    }
    case "inflate":
      checkOp(op.arg, kernel, depth + 1);
      if (!Number.isSafeInteger(op.size) || op.size < 0) {
        throw invalid("INFLATE_SIZE", `inflate to ${op.size} bytes`);
      }
      return op.size;
    case "view":
      return checkView(op, checkOp(op.arg, kernel, depth + 1));
    case "concat":
      return op.args.reduce((n, arg) => checkedAdd(n, checkOp(arg, kernel, depth + 1), "concat"), 0);
    case "init":
      initElement(op.method, op.dtype);
      return checkedMul(numel(op.shape, "init"), itemSize(op.dtype), "init");
    case "kernel": {
      const args = op.args.map((arg) => checkOp(arg, kernel, depth + 1));
      return kernel(op.name).outputBytes(op.params, args);
    }
  }
}

function checkView(view: Extract<Op, { kind: "view" }>, argBytes: number): number {
  const { shape, strides, offset } = view;
  if (shape.length !== strides.length) {
    throw invalid("VIEW_RANK", `view of rank ${shape.length} has ${strides.length} strides`);
  }
  if (![offset, ...shape, ...strides].every((n) => Number.isSafeInteger(n) && n >= 0)) {
    throw invalid("VIEW_NEGATIVE", `view with offset ${offset}, shape [${shape}], strides [${strides}]`);
  }
  const bytes = checkedMul(numel(shape, "view"), itemSize(view.dtype), "view");
  const extent = byteExtent(view);
  if (extent.end > argBytes) {
    throw invalid("VIEW_OUT_OF_RANGE", `view ends at byte ${extent.end} of an argument of ${argBytes} bytes`);
  }
  const held = extent.end - extent.start;
  if (!viewIsContiguous(view) && !isRandomAccess(view.arg) && held > MATERIALISE_BYTES) {
    throw new CheckpointLoadError(
      `a strided view over ${view.arg.kind} must hold ${held} bytes in memory, the limit is ${MATERIALISE_BYTES}`,
      {
        code: "VIEW_TOO_LARGE",
        details: { held, limit: MATERIALISE_BYTES },
        remedy: "Save the checkpoint uncompressed, or the tensor contiguous.",
      },
    );
  }
  return bytes;
}

function invalid(code: string, message: string): CheckpointLoadError {
  return new CheckpointLoadError(`plan: ${message}`, { code });
}
