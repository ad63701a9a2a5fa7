export * from "./cluster.ts";
export * from "./nats.ts";
export * from "./pipeline.ts";
export * from "./range-server.ts";
export * from "./s3.ts";
export * from "./s3-request.ts";
