/** Where results go: the sink, what it remembers across processes, and who may write a name at all. */

import { bucket, getDone } from "@drydock/bus";
import { CheckpointError, sha256Hex } from "@drydock/checkpoint";
import { outputUri } from "@drydock/planning/pipeline";
import { openSink, type Sink, type SinkState } from "@drydock/store";
import type { FetcherSetting } from "./setting.ts";

const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);
const bytesOf = (value: string): Uint8Array => new TextEncoder().encode(value);

/** `uri` as the user wrote it or canonical. */
export function outputSink({ bus, sources }: FetcherSetting, uri: string): Sink {
  const uploads = bucket(bus, "uploads");
  // Keys of a sink are free text; those of a bucket are not.
  const name = (key: string): string => sha256Hex(key);
  const state: SinkState = {
    async get(key) {
      const entry = await uploads.get(name(key));
      return entry === undefined ? undefined : text(entry.value);
    },
    async create(key, value) {
      return text((await uploads.create(name(key), bytesOf(value))).entry.value);
    },
    async delete(key) {
      await uploads.remove(name(key));
    },
  };
  return openSink(outputUri(uri).uri, {
    state,
    ...(sources.roots === undefined ? {} : { roots: sources.roots }),
  });
}

/**
 * Claims an output's name for a run before anything is put there: the fence where a store has no conditional writes.
 * A claim of a run that has ended is taken over; one of a live run is an error.
 */
export async function claimOutput({ bus }: FetcherSetting, uri: string, runId: string): Promise<void> {
  const claims = bucket(bus, "claims");
  const key = claimKey(uri);
  for (;;) {
    const { entry } = await claims.create(key, bytesOf(runId));
    const holder = text(entry.value);
    if (holder === runId) return;
    if ((await getDone(bus, holder)) === undefined) {
      throw new CheckpointError(`${uri} is being written by run ${holder}`, {
        kind: "conflict",
        code: "OUTPUT_CLAIMED",
        details: { output: uri, found: holder, expected: runId },
        remedy: `Wait for it (drydock wait ${holder}), cancel it, or choose another output.uri.`,
      });
    }
    if ((await claims.update(key, bytesOf(runId), entry.revision)) !== undefined) return;
  }
}

export async function releaseOutput({ bus }: FetcherSetting, uri: string, runId: string): Promise<void> {
  const claims = bucket(bus, "claims");
  const entry = await claims.get(claimKey(uri));
  if (entry !== undefined && text(entry.value) === runId) await claims.remove(entry.key, entry.revision);
}

/** One name for one place, however it is written. */
function claimKey(uri: string): string {
  return sha256Hex(outputUri(uri).uri);
}
