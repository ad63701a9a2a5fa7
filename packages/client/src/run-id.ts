/** Which run a key names: anybody can tell, without asking a coordinator. */
import { randomUUID } from "node:crypto";
import { sha256Hex } from "@drydock/checkpoint";

/** The id of the run submitted under this key: "r" and 20 hex digits of the key's sha256. */
export function deriveRunId(key: string): string {
  return `r${sha256Hex(key).slice(0, 20)}`;
}

/** A key nobody else uses, for a run that nobody will submit twice. */
export function freshKey(): string {
  return `once-${randomUUID()}`;
}

/** The key of the nth repetition of a run; repetitions of repetitions count on from the first run's key. */
export function retryKey(key: string, n: number): string {
  return `${key.replace(/#retry-\d+$/, "")}#retry-${n}`;
}
