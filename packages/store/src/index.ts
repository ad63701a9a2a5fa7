export * from "./sinks/index.ts";
export * from "./sources/index.ts";
export * from "./wrappers/index.ts";
