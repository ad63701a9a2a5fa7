/**
 * Kernels and the shard executor. To add a kernel: its file, its line in KERNELS and in wasm/calls.ts, its test. A
 * change of any result or statistic is a new version of the backend: workers build only plans of their own version.
 */
import { CheckpointConfigError, type KernelProfile, type Op } from "@drydock/checkpoint";
import type { Backend, KernelRegistry } from "./backend.ts";
import { byteswap } from "./byteswap.ts";
import { cast } from "./cast.ts";
import { checkOp } from "./execute/check.ts";
import type { Kernel } from "./kernel.ts";
import { TS_VERSION, tsBackend } from "./ts/backend.ts";
import { WASM_VERSION, wasmBackend } from "./wasm/backend.ts";

export type { Backend, Workspace } from "./backend.ts";
export { BLOCK_BYTES } from "./backend.ts";
export { CAST_DTYPES, type CastDtype } from "./cast.ts";
export { buildShard, type ShardIo } from "./execute/build-shard.ts";
export type { RangeSource } from "./execute/read.ts";
export { type Kernel, type KernelParams, type KernelStats, newStats } from "./kernel.ts";
export { probeTfjs, type TfjsProbe } from "./tfjs.ts";

const KERNELS: KernelRegistry = { byteswap, cast };

export const KERNEL_NAMES: readonly string[] = Object.keys(KERNELS);

export const DEFAULT_PROFILE: KernelProfile = { backend: "wasm", version: WASM_VERSION };

const BACKENDS = {
  ts: { version: TS_VERSION, make: tsBackend },
  wasm: { version: WASM_VERSION, make: wasmBackend },
} as const;

/** The profiles this build can execute. */
export const PROFILES: readonly KernelProfile[] = Object.entries(BACKENDS).map(([backend, { version }]) => ({
  backend: backend === "ts" ? "ts" : "wasm",
  version,
}));

/** Token of a profile in subjects, such as "wasm-1". */
export function kernelClass(profile: KernelProfile): string {
  return `${profile.backend}-${profile.version}`;
}

function kernelNamed(name: string): Kernel {
  const kernel = Object.hasOwn(KERNELS, name) ? KERNELS[name] : undefined;
  if (kernel === undefined) {
    throw new CheckpointConfigError(
      [{ path: "", message: `no kernel is named ${name}; there are ${KERNEL_NAMES.join(", ")}` }],
      { code: "KERNEL_UNKNOWN" },
    );
  }
  return kernel;
}

/** The backend of exactly that profile; CheckpointConfigError where this build has another version or none. */
export function createBackend(profile: KernelProfile): Backend {
  const found = Object.hasOwn(BACKENDS, profile.backend) ? BACKENDS[profile.backend] : undefined;
  if (found?.version !== profile.version) {
    throw new CheckpointConfigError(
      [
        {
          path: "",
          message: `no kernels ${kernelClass(profile)} here; there are ${PROFILES.map(kernelClass).join(", ")}`,
        },
      ],
      { code: "KERNEL_PROFILE" },
    );
  }
  return found.make(kernelNamed);
}

/**
 * Checks an operation and all below it without reading anything: kernels, their parameters and sizes, views that stay
 * inside their argument, methods of init. Returns the bytes it yields.
 */
export function checkOps(op: Op): number {
  return checkOp(op, kernelNamed);
}
