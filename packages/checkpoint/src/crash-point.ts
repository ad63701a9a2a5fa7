/**
 * A named step at which a test lets this process die, as a power cut would: DRYDOCK_CRASH_AT=<name>[#<n>] kills it
 * the n-th time (default 1) it gets there (":" reads like "#"). With DRYDOCK_CRASH_ONCE=<file> only the first of all
 * processes that share the file dies: the one that creates it. Without the variables this does nothing.
 */
import { closeSync, openSync } from "node:fs";

const [, wanted = "", count = "1"] = /^(.*?)(?:[#:](\d+))?$/.exec(process.env.DRYDOCK_CRASH_AT ?? "") ?? [];
const once = process.env.DRYDOCK_CRASH_ONCE;
let left = Number(count);

export function crashPoint(name: string): void {
  if (name !== wanted || --left > 0) return;
  if (once !== undefined && !isFirst(once)) return;
  // SIGKILL: no handler runs and nothing is flushed.
  process.kill(process.pid, "SIGKILL");
}

function isFirst(file: string): boolean {
  try {
    closeSync(openSync(file, "wx"));
    return true;
  } catch {
    return false; // another process died here before, and did it for all
  }
}
