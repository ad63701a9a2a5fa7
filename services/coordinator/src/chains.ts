/**
 * Chains as bytes: a run of 4,096 shards must fit into a log entry. After a version byte, per chain: a flag byte (step,
 * reported, retry), then varints: node + 1, generation, attempt, missing, and the retry time after the run's start.
 */
import { CheckpointLoadError } from "@drydock/checkpoint";
import type { Chain } from "./state.ts";

const VERSION = 1;
const STEPS = ["waiting", "stage", "build", "publish", "done"] as const satisfies readonly Chain["step"][];
const STEP_MASK = 0b0111;
const REPORTED = 0b1000;
const RETRY = 0b1_0000;

export function packChains(chains: readonly Chain[], startedMs: number): Uint8Array {
  if (chains.length === 0) return new Uint8Array();
  const bytes: number[] = [VERSION];
  for (const { step, node, generation, attempt, retryAtMs, reported, missing } of chains) {
    bytes.push(STEPS.indexOf(step) | (reported ? REPORTED : 0) | (retryAtMs > 0 ? RETRY : 0));
    for (const n of [node + 1, generation, attempt, missing]) pushVarint(bytes, n);
    if (retryAtMs > 0) pushVarint(bytes, retryAtMs - startedMs);
  }
  return Uint8Array.from(bytes);
}

/** Throws CheckpointLoadError for bytes that packChains did not write. */
export function unpackChains(bytes: Uint8Array, startedMs: number): Chain[] {
  if (bytes.length === 0) return [];
  if (bytes[0] !== VERSION) throw unreadable(`version ${bytes[0]}, ${VERSION} is known`);
  const chains: Chain[] = [];
  let at = 1;
  const varint = (): number => {
    let value = 0;
    for (let scale = 1; ; scale *= 128) {
      const byte = bytes[at++];
      if (byte === undefined) throw unreadable(`they end inside chain ${chains.length}`);
      value += (byte & 0x7f) * scale;
      if (!Number.isSafeInteger(value)) throw unreadable(`a number of chain ${chains.length} is too large`);
      if (byte < 0x80) return value;
    }
  };
  while (at < bytes.length) {
    const flags = bytes[at++] ?? 0;
    const step = STEPS[flags & STEP_MASK];
    if (step === undefined || flags > (STEP_MASK | REPORTED | RETRY)) {
      throw unreadable(`chain ${chains.length} has flags ${flags}`);
    }
    const [node, generation, attempt, missing] = [varint() - 1, varint(), varint(), varint()];
    const retryAtMs = (flags & RETRY) === 0 ? 0 : startedMs + varint();
    chains.push({ step, node, generation, attempt, retryAtMs, reported: (flags & REPORTED) !== 0, missing });
  }
  return chains;
}

function pushVarint(bytes: number[], value: number): void {
  let rest = value;
  for (; rest >= 0x80; rest = Math.floor(rest / 128)) bytes.push((rest % 128) | 0x80);
  bytes.push(rest);
}

function unreadable(why: string): CheckpointLoadError {
  return new CheckpointLoadError(`coordinator: packed chains: ${why}`, { code: "RUN_CHAINS_UNREADABLE" });
}
