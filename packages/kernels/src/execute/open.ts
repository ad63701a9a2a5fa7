/** From an operation to its stream. */
import type { ByteSource, Op } from "@drydock/checkpoint";
import type { Backend, Workspace } from "../backend.ts";
import type { KernelStats } from "../kernel.ts";
import { checkOp } from "./check.ts";
import { gatherStream } from "./gather.ts";
import { inflateStream } from "./inflate.ts";
import { initElement, initStream } from "./init.ts";
import { kernelStream } from "./kernel-stream.ts";
import { type RangeSource, readStream } from "./read.ts";
import { concatStream, type Stream, sliceStream } from "./stream.ts";
import { byteExtent, isRandomAccess, viewIsContiguous } from "./view.ts";

/** What the streams of one tensor share. */
export interface OpenContext {
  readonly tensor: string;
  readonly source: (input: string, object: string) => ByteSource & RangeSource;
  readonly signal: AbortSignal;
  readonly kernel: Backend["kernel"];
  readonly workspace: Workspace;
  /** Blocks nobody uses; a kernel takes one and puts it back. */
  readonly free: Uint8Array[];
  readonly stats: KernelStats;
}

/** Blocks that kernels of `op` hold at the same time, at most. */
export function blocksOf(op: Op): number {
  switch (op.kind) {
    case "read":
    case "init":
      return 0;
    case "inflate":
    case "view":
      return blocksOf(op.arg);
    case "concat":
      return Math.max(0, ...op.args.map(blocksOf));
    case "kernel":
      return 1 + Math.max(0, ...op.args.map(blocksOf));
  }
}

/** `op` has passed checkOp. */
export function openOp(op: Op, context: OpenContext): Stream {
  switch (op.kind) {
    case "read":
      // A container's checksum is of its content: of a compressed range, what it inflates to.
      return readStream(context.source(op.range.input, op.range.object), op.range, {
        crc32: op.range.encoding === "stored" ? op.crc32 : undefined,
        tensor: context.tensor,
        signal: context.signal,
      });
    case "inflate": {
      const { arg, size } = op;
      const declared =
        arg.kind === "read" && arg.range.encoding === "deflate" && arg.crc32 !== undefined
          ? { crc32: arg.crc32, range: arg.range }
          : undefined;
      return inflateStream(openOp(arg, context), { size, declared, tensor: context.tensor });
    }
    case "view": {
      const { start, end } = byteExtent(op);
      if (viewIsContiguous(op)) return openSlice(op.arg, start, end, context);
      return gatherStream(op, (from, to) => openSlice(op.arg, from, to, context));
    }
    case "concat":
      return concatStream(
        op.args.map((arg) => ({ size: checkOp(arg, context.kernel), open: () => openOp(arg, context) })),
      );
    case "init":
      return initStream(initElement(op.method, op.dtype), checkOp(op, context.kernel));
    case "kernel": {
      const [arg] = op.args;
      const block = context.free.pop();
      if (arg === undefined || block === undefined) throw new RangeError(`kernel ${op.name}: not checked`);
      return kernelStream(
        openOp(arg, context),
        {
          kernel: context.kernel(op.name),
          params: op.params,
          size: checkOp(op, context.kernel),
          stats: context.stats,
        },
        context.workspace,
        block,
        () => context.free.push(block),
      );
    }
  }
}

/** Bytes [start, end) of what `op` yields, reading nothing before or after them where that can be. */
function openSlice(op: Op, start: number, end: number, context: OpenContext): Stream {
  const size = checkOp(op, context.kernel);
  if (start === 0 && end === size) return openOp(op, context);
  if (!isRandomAccess(op)) return sliceStream(openOp(op, context), start, end);
  switch (op.kind) {
    case "read": {
      const range = { ...op.range, start: op.range.start + start, end: op.range.start + end };
      return openOp({ kind: "read", range }, context);
    }
    case "view": {
      const inner = byteExtent(op).start;
      return openSlice(op.arg, inner + start, inner + end, context);
    }
    case "concat": {
      let at = 0;
      const parts = op.args.flatMap((arg) => {
        const length = checkOp(arg, context.kernel);
        const from = Math.max(0, start - at);
        const to = Math.min(length, end - at);
        at += length;
        return from < to ? [{ size: to - from, open: () => openSlice(arg, from, to, context) }] : [];
      });
      return concatStream(parts);
    }
    default:
      return sliceStream(openOp(op, context), start, end);
  }
}
