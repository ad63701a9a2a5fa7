/** The public subpath @drydock/planning/pipeline: the pipeline file, without any format. */

export { installPlugin, type PluginModule } from "../plugins.ts";
export { interpolate } from "./interpolate.ts";
export { type LoadOptions, loadPipelineText } from "./load.ts";
export { absolutise } from "./local.ts";
export { applyOverrides, isOverride } from "./overrides.ts";
export { outputUri, parsePipeline } from "./parse.ts";
export {
  type Choice,
  type InputSpec,
  inputOf,
  type OutputSpec,
  type Pipeline,
  type RunPolicy,
} from "./pipeline.ts";
export { outputFormats } from "./schema.ts";
export {
  findSourceType,
  type ResolvedSource,
  registerSourceType,
  type SourceType,
  sourceTypes,
} from "./sources.ts";
export { PIPELINE_TEMPLATE } from "./template.ts";
