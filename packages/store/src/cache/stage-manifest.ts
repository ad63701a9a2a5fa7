/**
 * What a stage task leaves for the build of its shard: which local file holds each pinned object, and which chunks of
 * it may be read. The transformer opens nothing else. It is on disk under its name as a whole or not at all.
 */
import { mkdir, open, readFile, rename, rm } from "node:fs/promises";
import { dirname } from "node:path";
import { CheckpointError, crashPoint } from "@drydock/checkpoint";
import { codeOf } from "../sources/failure.ts";
import { rethrowFull } from "./capacity.ts";
import { type ChunkRef, stageHolder, stagePath } from "./layout.ts";

interface StagedBase {
  readonly pinId: string;
  readonly input: string;
  readonly object: string;
  readonly path: string;
  /** Of the whole object. */
  readonly size: number;
}

/** A file of the cache: bytes outside the chunks mean nothing. */
export interface StagedCopy extends StagedBase {
  readonly inPlace: false;
  /** Sorted, without overlaps. */
  readonly chunks: readonly ChunkRef[];
}

/** The user's own file, which may change under us: its identity is checked around every read. */
export interface StagedInPlace extends StagedBase {
  readonly inPlace: true;
  /** As in the pin. */
  readonly identity: { readonly device: number; readonly inode: number; readonly mtimeNs: string };
}

export type StagedObject = StagedCopy | StagedInPlace;

export interface StageManifest {
  readonly planDigest: string;
  readonly shard: number;
  readonly objects: readonly StagedObject[];
}

export async function writeStageManifest(dir: string, manifest: StageManifest): Promise<void> {
  const path = stagePath(dir, stageHolder(manifest.planDigest, manifest.shard));
  const text = JSON.stringify(manifest);
  const temporary = `${path}.tmp`;
  try {
    await mkdir(dirname(path), { recursive: true });
    {
      await using file = await open(temporary, "w");
      await file.writeFile(text);
      await file.sync();
    }
    crashPoint("stage.written");
    await rename(temporary, path);
    crashPoint("stage.renamed");
    await using folder = await open(dirname(path), "r");
    await folder.sync();
  } catch (error) {
    await rethrowFull(error, dir, text.length);
  }
}

/** What was staged for a shard; kind "artifact-missing" when nothing was, or nothing that can be read. */
export async function readStageManifest(
  dir: string,
  planDigest: string,
  shard: number,
): Promise<StageManifest> {
  const path = stagePath(dir, stageHolder(planDigest, shard));
  let text: string;
  try {
    text = await readFile(path, "utf8");
  } catch (error) {
    if (codeOf(error) !== "ENOENT") throw error;
    throw missing(planDigest, shard, "is not staged on this node", error);
  }
  const manifest = parse(text);
  if (manifest === undefined || manifest.planDigest !== planDigest || manifest.shard !== shard) {
    throw missing(planDigest, shard, `has a damaged stage manifest, ${path}`);
  }
  return manifest;
}

/** Before the holder releases its chunks, so that no manifest names what may be evicted. */
export async function removeStageManifest(dir: string, planDigest: string, shard: number): Promise<void> {
  await rm(stagePath(dir, stageHolder(planDigest, shard)), { force: true });
}

function missing(planDigest: string, shard: number, why: string, cause?: unknown): CheckpointError {
  return new CheckpointError(`shard ${shard} of plan ${planDigest.slice(0, 12)} ${why}`, {
    kind: "artifact-missing",
    code: "STAGE_MISSING",
    details: { planDigest, shard },
    ...(cause === undefined ? {} : { cause }),
  });
}

function parse(text: string): StageManifest | undefined {
  try {
    const found: unknown = JSON.parse(text);
    return isRecord(found) && Array.isArray(found.objects) && found.objects.every(isStaged)
      ? { planDigest: String(found.planDigest), shard: Number(found.shard), objects: found.objects }
      : undefined;
  } catch {
    return undefined;
  }
}

function isStaged(found: unknown): found is StagedObject {
  if (!isRecord(found)) return false;
  const { pinId, input, object, path, size, inPlace, chunks, identity } = found;
  if (![pinId, input, object, path].every((text) => typeof text === "string") || !isOffset(size))
    return false;
  if (inPlace === true) {
    return (
      isRecord(identity) &&
      isOffset(identity.device) &&
      isOffset(identity.inode) &&
      typeof identity.mtimeNs === "string"
    );
  }
  let at = 0;
  return (
    inPlace === false &&
    Array.isArray(chunks) &&
    chunks.every((chunk: unknown) => {
      if (!isRecord(chunk) || typeof chunk.sha256 !== "string") return false;
      const { start, end } = chunk;
      if (!isOffset(start) || !isOffset(end) || start < at || end <= start || end > size) return false;
      at = end;
      return true;
    })
  );
}

function isRecord(found: unknown): found is Record<string, unknown> {
  return typeof found === "object" && found !== null;
}

function isOffset(found: unknown): found is number {
  return typeof found === "number" && Number.isSafeInteger(found) && found >= 0;
}
