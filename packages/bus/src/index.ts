export * from "./bootstrap.ts";
export * from "./codec.ts";
export * from "./connect.ts";
export * from "./publish.ts";
export * from "./read.ts";
export * from "./runs.ts";
export * from "./topology.ts";
export * from "./trace.ts";
