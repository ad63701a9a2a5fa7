/** The modifiers by name. To add one: its file, its line here, its test. */
import { createRegistry, type Registry } from "../described.ts";
import { castModifier } from "./cast.ts";
import { freeze } from "./freeze.ts";
import type { Modifier } from "./modifier.ts";

export type { FreezeRequest, ModelState, Modifier } from "./modifier.ts";
export { defineModifier, initialState } from "./modifier.ts";

export const modifiers: Registry<Modifier> = createRegistry("modifier", [freeze, castModifier]);

export function registerModifier(modifier: Modifier): void {
  modifiers.add(modifier);
}
