export * from "./coalesce.ts";
export * from "./count.ts";
export * from "./limit.ts";
export * from "./retry.ts";
