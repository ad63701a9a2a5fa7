/**
 * A named step at which a test lets this process die, as a power cut would: DRYDOCK_CRASH_AT=<name>[:<n>] kills it
 * the n-th time (default 1) it gets there. Without the variable this does nothing.
 */
const [wanted = "", count = "1"] = (process.env.DRYDOCK_CRASH_AT ?? "").split(":");
let left = Number(count);

export function crashPoint(name: string): void {
  if (name !== wanted || --left > 0) return;
  // SIGKILL: no handler runs and nothing is flushed.
  process.kill(process.pid, "SIGKILL");
}
