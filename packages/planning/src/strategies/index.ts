/** The loading strategies by name. To add one: its file, its line here, its test. */
import { createRegistry, type Registry } from "../described.ts";
import type { Strategy } from "./strategy.ts";
import { transferLearning } from "./transfer-learning.ts";
import { weightsOnly } from "./weights-only.ts";

export type { SourceIndex, Strategy, StrategyRequest, StrategyResult, WeightTensor } from "./strategy.ts";
export { defineStrategy } from "./strategy.ts";

export const strategies: Registry<Strategy> = createRegistry("loading strategy", [
  weightsOnly,
  transferLearning,
]);

export function registerStrategy(strategy: Strategy): void {
  strategies.add(strategy);
}
