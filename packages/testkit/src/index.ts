export * from "./nats.ts";
