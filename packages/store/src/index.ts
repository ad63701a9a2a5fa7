export * from "./cache/index.ts";
export * from "./gateway/index.ts";
export * from "./sinks/index.ts";
export * from "./sources/index.ts";
export { pathOfUri } from "./sources/local-path.ts";
export * from "./wrappers/index.ts";
