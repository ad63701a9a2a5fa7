export type { ObjectStat } from "./journal.ts";
export { type ChunkRef, stageHolder } from "./layout.ts";
export {
  type CachedRanges,
  type CacheStat,
  type EnsureOptions,
  type FetchOptions,
  type NodeCache,
  type NodeCacheOptions,
  openNodeCache,
  type Verification,
} from "./node-cache.ts";
export { readNodeId } from "./node-id.ts";
export {
  readStageManifest,
  removeStageManifest,
  type StagedCopy,
  type StagedInPlace,
  type StagedObject,
  type StageManifest,
  writeStageManifest,
} from "./stage-manifest.ts";
export { openStaged, type StagedSource, type StagedSources } from "./staged-sources.ts";
export { workKey } from "./work-key.ts";
