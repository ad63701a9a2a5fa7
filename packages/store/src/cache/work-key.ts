import { sha256Hex } from "@drydock/checkpoint";

/**
 * The name under which a run's work on a plan lies on a node: its stage manifests, its holds, its staged shards. By run,
 * for two runs of one plan end at different times and clean up behind themselves. 64 hex digits, as a plan's digest.
 */
export function workKey(runId: string, planDigest: string): string {
  return sha256Hex(`${runId} ${planDigest}`);
}
