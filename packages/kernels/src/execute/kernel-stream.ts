/** The operation `kernel`: the argument's bytes pass through a block of the workspace, a block at a time. */
import type { Workspace } from "../backend.ts";
import type { Kernel, KernelParams, KernelStats } from "../kernel.ts";
import type { Stream } from "./stream.ts";

export interface KernelCall {
  readonly kernel: Kernel;
  readonly params: KernelParams;
  readonly size: number;
  readonly stats: KernelStats;
}

/** `block` is the stream's own until `close`, which closes the argument too. */
export function kernelStream(
  arg: Stream,
  call: KernelCall,
  workspace: Workspace,
  block: Uint8Array,
  close: () => void,
): Stream {
  const { kernel, params, stats } = call;
  const bytes = kernel.elementBytes(params);
  const most = Math.floor(block.length / bytes.input);
  /** An element of which a puller wanted only the first bytes. */
  const carry = new Uint8Array(bytes.output);
  let carried = carry.length;

  async function make(n: number, output: Uint8Array): Promise<void> {
    const input = block.subarray(0, n * bytes.input);
    await arg.fill(input);
    workspace.run(kernel, params, input, output, stats);
  }

  return {
    size: call.size,
    async fill(target) {
      for (let at = 0; at < target.length; ) {
        const whole = Math.min(most, Math.floor((target.length - at) / bytes.output));
        if (carried < carry.length) {
          const n = Math.min(carry.length - carried, target.length - at);
          target.set(carry.subarray(carried, carried + n), at);
          carried += n;
          at += n;
        } else if (whole > 0) {
          await make(whole, target.subarray(at, at + whole * bytes.output));
          at += whole * bytes.output;
        } else {
          await make(1, carry);
          carried = 0;
        }
      }
    },
    finish: () => arg.finish(),
    close() {
      arg.close();
      close();
    },
  };
}
