export { startAnnouncing, VERSION } from "./announce.ts";
export { openContext, type Revision, reviseContext } from "./checkpoint-context.ts";
export { type CommonConfig, commonConfig, flag, integer, list, readConfig } from "./config.ts";
export { Health } from "./health.ts";
export { createLog, type Logger, redact } from "./log.ts";
export { createMetrics, type Metrics } from "./metrics.ts";
export { type LoadedPlugin, loadPlugins } from "./plugins.ts";
export { type Running, runService, type ServiceContext, type ServiceOptions } from "./run-service.ts";
export {
  type DerivedSpan,
  emitSpan,
  type FinishedSpan,
  span,
  startTracing,
  traceAttempt,
} from "./tracing.ts";
export { type StageWork, startWorkers, type TaskScope } from "./worker.ts";
