export * from "./assemble.ts";
export * from "./format.ts";
export { safetensorsReader } from "./safetensors/read.ts";
export { safetensorsWriter } from "./safetensors/write.ts";
export { torchWriter } from "./torch/write.ts";
export * from "./writers.ts";
