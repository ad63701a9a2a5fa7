/**
 * `model.safetensors.index.json`: which file holds which tensor. Its file names come from outside and are only ever
 * looked up among the objects that were pinned: never a path, never a request.
 */
import { CheckpointLoadError } from "@drydock/checkpoint";
import { type JsonCursor, jsonCursor, quoteName } from "./json.ts";
import { JSON_DEPTH, SHARDS, TENSORS } from "./limits.ts";

export interface ShardIndex {
  /** Tensor name to file name, in the order of the index. */
  readonly weightMap: ReadonlyMap<string, string>;
  /** File names, each once, in order of first mention. */
  readonly files: readonly string[];
  /** Sum of all tensors' bytes as the index states it; undefined where it does not state an integer. */
  readonly totalSize: number | undefined;
}

/** Throws CheckpointLoadError INDEX_INVALID, INDEX_SHARD_NAME, LIMIT_SHARDS or LIMIT_TENSORS. */
export function parseShardIndex(json: Uint8Array, file: string): ShardIndex {
  const cursor = jsonCursor(json, JSON_DEPTH, (_problem, message, at) =>
    indexError(file, "INDEX_INVALID", `${message} at byte ${at}`),
  );
  const weightMap = new Map<string, string>();
  const files = new Set<string>();
  let mapped = false;
  let totalSize: number | undefined;
  cursor.object((key) => {
    if (key === "weight_map") {
      mapped = true;
      readWeightMap(cursor, weightMap, files, file);
    } else if (key === "metadata" && cursor.peek() === 0x7b) {
      cursor.object((field) => {
        if (field === "total_size") totalSize = readTotal(cursor);
        else cursor.skip();
      });
    } else cursor.skip();
  });
  cursor.end();
  if (!mapped) throw indexError(file, "INDEX_INVALID", "has no weight_map");
  return { weightMap, files: [...files], totalSize };
}

function readWeightMap(
  cursor: JsonCursor,
  weightMap: Map<string, string>,
  files: Set<string>,
  file: string,
): void {
  cursor.object((tensor) => {
    const shard = cursor.string();
    if (!isFileName(shard)) {
      const message = `tensor ${quoteName(tensor)} is said to lie in ${quoteName(shard)}, which is no plain file name`;
      throw indexError(file, "INDEX_SHARD_NAME", message);
    }
    if (weightMap.size === TENSORS) throw indexError(file, "LIMIT_TENSORS", `more than ${TENSORS} tensors`);
    weightMap.set(tensor, shard);
    files.add(shard);
    if (files.size > SHARDS) throw indexError(file, "LIMIT_SHARDS", `more than ${SHARDS} files`);
  });
}

/** Some writers put a float or a string here; that says nothing we rely on. */
function readTotal(cursor: JsonCursor): number | undefined {
  const c = cursor.peek() ?? 0;
  if (c >= 0x30 && c <= 0x39) return cursor.uint();
  cursor.skip();
  return undefined;
}

/** One path element without anything a path, a URI or a shell could read into it. */
function isFileName(name: string): boolean {
  return /^[A-Za-z0-9_][A-Za-z0-9._+-]*$/.test(name) && name.length <= 255;
}

export function indexError(file: string, code: string, message: string): CheckpointLoadError {
  return new CheckpointLoadError(`safetensors index: ${file}: ${message}`, { code, details: { file } });
}
