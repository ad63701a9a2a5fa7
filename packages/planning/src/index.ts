/** Planning: pure, no I/O. The pipeline file alone is the subpath ./pipeline, which knows no format. */

export { FREEZE_NAME } from "./build/freeze-file.ts";
export type { BuildInput } from "./build/manifest-draft.ts";
export { type BuildPlanRequest, type PlannedBuild, planBuild } from "./build/plan-build.ts";
export { type LoadPlanRequest, type PlannedLoad, planLoad } from "./build/plan-load.ts";
export { MAX_SHARDS, MULTIPART_BYTES } from "./build/split.ts";
export type { Described, Registry } from "./described.ts";
export {
  defineModifier,
  type FreezeRequest,
  initialState,
  type ModelState,
  type Modifier,
  modifiers,
  registerModifier,
} from "./modifiers/index.ts";
export * from "./pipeline/index.ts";
export {
  defineStrategy,
  registerStrategy,
  type SourceIndex,
  type Strategy,
  type StrategyRequest,
  type StrategyResult,
  strategies,
  type WeightTensor,
} from "./strategies/index.ts";
