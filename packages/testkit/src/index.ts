export * from "./nats.ts";
export * from "./range-server.ts";
