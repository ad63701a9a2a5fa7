export type { Chunk } from "./journal.ts";
export { type CachedObject, type EnsureOptions, type NodeCache, openNodeCache } from "./node-cache.ts";
export { readNodeId } from "./node-id.ts";
export {
  openStaged,
  readStageManifest,
  removeStageManifest,
  type StagedObject,
  type StagedSources,
  type StageManifest,
  writeStageManifest,
} from "./stage-manifest.ts";
