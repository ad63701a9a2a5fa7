/** The kernels a plan may name, their parameters, and the size of what operations yield. */
import {
  CheckpointError,
  checkedMul,
  type Dtype,
  isDtype,
  itemSize,
  numel,
  type Op,
} from "@drydock/checkpoint";

/** What the kernel `cast` converts between. */
const CASTABLE: readonly Dtype[] = ["F64", "F32", "F16", "BF16"];

export function canCast(from: Dtype, to: Dtype): boolean {
  return from === to || (CASTABLE.includes(from) && CASTABLE.includes(to));
}

/** `op` as `to`: itself when nothing changes. canCast(from, to) holds. */
export function castOp(op: Op, from: Dtype, to: Dtype): Op {
  return from === to ? op : { kind: "kernel", name: "cast", params: { from, to }, args: [op] };
}

/** For messages. */
export function castableNames(): string {
  return CASTABLE.join(", ");
}

type KernelOp = Extract<Op, { kind: "kernel" }>;

/** Per kernel: bytes out from bytes in, or undefined when the parameters are not its own. */
const KERNELS: Readonly<Record<string, (op: KernelOp, argBytes: number) => number | undefined>> = {
  cast(op, argBytes) {
    const { from, to } = op.params;
    if (typeof from !== "string" || typeof to !== "string" || !isDtype(from) || !isDtype(to))
      return undefined;
    return canCast(from, to) && from !== to ? (argBytes / itemSize(from)) * itemSize(to) : undefined;
  },
  byteswap(op, argBytes) {
    return [2, 4, 8].some((n) => n === op.params.itemsize) ? argBytes : undefined;
  },
};

/**
 * Bytes `op` yields. Throws an internal CheckpointError when it names a kernel or parameters that workers do not have:
 * a plan with it could never be built.
 */
export function opBytes(op: Op, what: string): number {
  switch (op.kind) {
    case "read":
      return op.range.end - op.range.start;
    case "inflate":
      return op.size;
    case "view":
    case "init":
      return checkedMul(numel(op.shape, what), itemSize(op.dtype), what);
    case "concat":
      return op.args.reduce((n, arg) => n + opBytes(arg, what), 0);
    case "kernel": {
      const kernel = Object.hasOwn(KERNELS, op.name) ? KERNELS[op.name] : undefined;
      if (kernel === undefined) {
        throw new CheckpointError(
          `plan: ${what} uses kernel "${op.name}"; workers have ${Object.keys(KERNELS).join(", ")}`,
          { code: "KERNEL_UNKNOWN" },
        );
      }
      const [arg] = op.args;
      const bytes = arg === undefined || op.args.length > 1 ? undefined : kernel(op, opBytes(arg, what));
      if (bytes === undefined) {
        throw new CheckpointError(
          `plan: ${what} uses kernel ${op.name} with ${op.args.length} arguments and parameters ${JSON.stringify(op.params)}`,
          { code: "KERNEL_PARAMS" },
        );
      }
      return bytes;
    }
  }
}
