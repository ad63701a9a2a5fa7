export * from "./checkpoint-manager.ts";
export * from "./details.ts";
export * from "./follow.ts";
export { deriveRunId, freshKey } from "./run-id.ts";
export * from "./run-view.ts";
export * from "./runs.ts";
export * from "./submit.ts";
export * from "./trace-tree.ts";
