/**
 * A sink: the folder a finished output goes to. Shards are put in any order by any node; one seal makes all of it
 * visible.
 *
 * K1 nothing is visible under its final name before seal; the manifest (drydock.json) is what makes a folder an output,
 *    and it comes last.
 * K2 every call may be repeated, after a crash or by another process, and then finishes what the first began.
 * K3 a sealed output of another plan is never touched but by seal with ifExists "replace".
 * K4 what a store needs to remember between calls (upload ids) is in SinkState before the store is told to begin.
 */
import {
  CheckpointError,
  MANIFEST_NAME,
  type ManifestFile,
  type Sidecar,
  sha256Hex,
} from "@drydock/checkpoint";

/** Small state shared by all processes that work on one output. */
export interface SinkState {
  get(key: string): Promise<string | undefined>;
  /** Stores the value unless there is one; resolves to the one that is stored. */
  create(key: string, value: string): Promise<string>;
  delete(key: string): Promise<void>;
}

export interface SinkContext {
  readonly state: SinkState;
  /** Folders local outputs may lie in; absent: anywhere. */
  readonly roots?: readonly string[];
  /** Default: the process's environment. */
  readonly env?: NodeJS.ProcessEnv;
}

/** What lies at the output's place. */
export type Existing =
  | { readonly sealed: false }
  | { readonly sealed: true; readonly planDigest: string; readonly manifestDigest: string };

export interface SinkRun {
  readonly planDigest: string;
  /** For messages only: two runs of one plan share their work. */
  readonly runId: string;
}

/** Bytes [start, end) of an output file, staged in `localPath`. */
export interface ShardPut extends SinkRun {
  /** Relative to the output. */
  readonly file: string;
  readonly fileSize: number;
  readonly start: number;
  readonly end: number;
  readonly shardIndexInFile: number;
  readonly shardsInFile: number;
  readonly localPath: string;
  /** Of the shard's bytes. */
  readonly sha256: string;
  readonly signal?: AbortSignal;
  /** Called with the bytes transferred since the last call. */
  readonly progress?: (bytes: number) => void;
}

export interface Seal extends SinkRun {
  /** Every file with all its shards, as in the manifest. */
  readonly files: readonly ManifestFile[];
  readonly sidecars: readonly Sidecar[];
  /** The bytes of drydock.json. */
  readonly manifest: Uint8Array;
  readonly ifExists: "fail" | "replace";
  readonly signal?: AbortSignal;
}

export interface Sink {
  /** For messages: where it is. */
  readonly name: string;
  existing(): Promise<Existing>;
  /** A missing or damaged staged file is kind "artifact-missing". */
  putShard(shard: ShardPut): Promise<void>;
  /** The same plan sealed there already is done; another plan's is kind "conflict" unless replaced (K3). */
  seal(seal: Seal): Promise<void>;
  /** Removes everything of the plan that is not sealed. */
  discard(run: SinkRun): Promise<void>;
}

export interface SinkType {
  readonly schemes: readonly string[];
  open(uri: string, ctx: SinkContext): Sink;
}

/** What a manifest's bytes say; undefined when there are none or they are no manifest of ours. */
export function existingOf(manifest: Uint8Array | undefined): Existing {
  if (manifest === undefined) return { sealed: false };
  try {
    const parsed: unknown = JSON.parse(new TextDecoder().decode(manifest));
    if (typeof parsed === "object" && parsed !== null && "planDigest" in parsed) {
      const { planDigest } = parsed;
      if (typeof planDigest === "string")
        return { sealed: true, planDigest, manifestDigest: sha256Hex(manifest) };
    }
  } catch {
    // Not ours.
  }
  return { sealed: false };
}

/** K3. */
export function occupied(
  name: string,
  what: string,
  details: Readonly<Record<string, string | readonly string[]>>,
): CheckpointError {
  return new CheckpointError(`${name}: ${what}`, {
    kind: "conflict",
    code: "OUTPUT_EXISTS",
    details,
    remedy: "choose another output.uri, or set output.if_exists: replace for an output that may go",
  });
}

export function otherPlan(name: string, found: string, wanted: string): CheckpointError {
  return occupied(
    name,
    `holds the sealed output of another plan (${MANIFEST_NAME} of plan ${found.slice(0, 12)})`,
    {
      found,
      expected: wanted,
    },
  );
}

/** The staged shard is gone or not what it should be: it has to be built again. */
export function artifactMissing(shard: ShardPut, what: string, cause?: unknown): CheckpointError {
  const { file, start, end, localPath } = shard;
  return new CheckpointError(`${localPath}: ${what} (bytes [${start}, ${end}) of ${file})`, {
    kind: "artifact-missing",
    code: "STAGED_SHARD_MISSING",
    details: { file, start, end },
    ...(cause === undefined ? {} : { cause }),
  });
}

/** A shard that was never put, found at seal. */
export function shardMissing(name: string, file: string, start: number, end: number): CheckpointError {
  return new CheckpointError(`${name}: bytes [${start}, ${end}) of ${file} were not published`, {
    kind: "artifact-missing",
    code: "SHARD_NOT_PUBLISHED",
    details: { file, start, end },
  });
}
