/** The reference backend: plain buffers, plain TypeScript. */
import type { Backend } from "../backend.ts";
import { BLOCK_BYTES } from "../backend.ts";
import { workspacePool } from "../workspace-pool.ts";

export const TS_VERSION = 1;

export function tsBackend(kernel: Backend["kernel"]): Backend {
  const pool = workspacePool((blocks) => ({
    blocks: Array.from({ length: blocks }, () => new Uint8Array(BLOCK_BYTES)),
    run: (k, params, input, output, stats) => k.run(params, input, output, stats),
  }));
  return { profile: { backend: "ts", version: TS_VERSION }, kernel, open: pool.open };
}
