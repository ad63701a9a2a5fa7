export * from "./sources/index.ts";
