/**
 * The default backend: WebAssembly SIMD over a memory that holds the blocks. Each workspace has its own instance and a
 * memory that never grows, since growing would take the buffer from under a read (B1).
 */
import { readFileSync } from "node:fs";
import { CheckpointError } from "@drydock/checkpoint";
import { type Backend, BLOCK_BYTES, type Workspace } from "../backend.ts";
import { workspacePool } from "../workspace-pool.ts";
import { WASM_CALLS, type WasmExports } from "./calls.ts";

export const WASM_VERSION = 1;

const PAGE_BYTES = 64 << 10;
/** For bytes that lie outside the memory: one page each for input and output. The page before is the module's own. */
const STAGE_IN = PAGE_BYTES;
const STAGE_OUT = 2 * PAGE_BYTES;
const FIRST_BLOCK = 3 * PAGE_BYTES;

/** The part of the standard global used here; Node's types leave it to the DOM's. */
declare const WebAssembly: {
  Memory: new (pages: { initial: number; maximum: number }) => { readonly buffer: ArrayBuffer };
  Module: new (bytes: Uint8Array) => object;
  Instance: new (module: object, imports: object) => { readonly exports: object };
};

let compiled: object | undefined;

export function wasmBackend(kernel: Backend["kernel"]): Backend {
  const pool = workspacePool(makeWorkspace);
  return { profile: { backend: "wasm", version: WASM_VERSION }, kernel, open: pool.open };
}

function makeWorkspace(count: number): Omit<Workspace, typeof Symbol.dispose> {
  const pages = (FIRST_BLOCK + count * BLOCK_BYTES) / PAGE_BYTES;
  const memory = new WebAssembly.Memory({ initial: pages, maximum: pages });
  compiled ??= new WebAssembly.Module(readFileSync(new URL("../../wasm/kernels.wasm", import.meta.url)));
  const instance = new WebAssembly.Instance(compiled, { env: { memory } });
  // The committed module, checked against its source by verify: its exports are the interface.
  const wasm = instance.exports as unknown as WasmExports;
  const { buffer } = memory;

  return {
    blocks: Array.from(
      { length: count },
      (_, i) => new Uint8Array(buffer, FIRST_BLOCK + i * BLOCK_BYTES, BLOCK_BYTES),
    ),
    run(kernel, params, input, output, stats) {
      const call = WASM_CALLS[kernel.name];
      if (call === undefined) throw new CheckpointError(`kernel ${kernel.name} has no WebAssembly`);
      const bytes = kernel.elementBytes(params);
      const elements = input.length / bytes.input;
      const inside = input.buffer === buffer;
      const outside = output.buffer !== buffer;
      const step =
        inside && !outside ? elements : Math.floor(PAGE_BYTES / Math.max(bytes.input, bytes.output));
      for (let done = 0; done < elements; done += step) {
        const n = Math.min(step, elements - done);
        const part = input.subarray(done * bytes.input, (done + n) * bytes.input);
        const result = output.subarray(done * bytes.output, (done + n) * bytes.output);
        if (!inside) new Uint8Array(buffer, STAGE_IN, part.length).set(part);
        const src = inside ? part.byteOffset : STAGE_IN;
        const dst = outside ? STAGE_OUT : result.byteOffset;
        call(wasm, params, src, dst, n, stats);
        if (outside) result.set(new Uint8Array(buffer, STAGE_OUT, result.length));
      }
    },
  };
}
