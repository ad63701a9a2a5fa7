/**
 * A run from its submission to its end, shown as it goes.
 * E1 the first interruption cancels the run and waits for its end, so that nothing half-made stays; the second leaves.
 */
import { requestCancel } from "@drydock/bus";
import { followRun, getDetails, type RunUpdate, type RunView } from "@drydock/client";
import { type ExitCode, exitCodeOf } from "./exit-code.ts";
import { livePanel, printError, printJson, printLines } from "./output.ts";
import { plainLines, progressJson, progressLines } from "./render/progress.ts";
import { resultJson, resultLines } from "./render/result.ts";
import type { Session } from "./session.ts";

export interface FollowOptions {
  readonly json: boolean;
}

/** Prints progress to stderr and the result to stdout (with `json`, all to stdout). */
export async function followToEnd(
  session: Session,
  runId: string,
  options: FollowOptions,
): Promise<ExitCode> {
  const { bus, suffix } = session;
  let last: RunView | undefined;
  const show = options.json ? jsonProgress() : process.stderr.isTTY ? terminalProgress() : lineProgress();
  for await (const update of followRun(bus, runId, new AbortController().signal)) {
    show(update);
    last = update.view;
  }
  if (last === undefined) throw new Error(`run ${runId} ended without a view`);
  const details = await getDetails(bus, last);
  const code = exitCodeOf(last);
  if (options.json) printJson(resultJson(last, details, code));
  else printLines(resultLines(last, details, suffix), code === 0 ? process.stdout : process.stderr);
  return code;
}

/** E1, while `work` is at work. */
export async function cancelOnInterrupt<T>(
  { bus }: Session,
  runId: string,
  work: () => Promise<T>,
): Promise<T> {
  let times = 0;
  const interrupted = (): void => {
    times += 1;
    if (times > 1) {
      printError(`drydock: leaving; run ${runId} is being cancelled by its services`);
      process.exit(1);
    }
    printError(`drydock: cancelling run ${runId}; once more leaves at once`);
    requestCancel(bus, runId, "interrupted at the command line").catch((error: unknown) =>
      printError(`drydock: the cancellation was not stored: ${String(error)}`),
    );
  };
  process.on("SIGINT", interrupted);
  process.on("SIGTERM", interrupted);
  try {
    return await work();
  } finally {
    process.off("SIGINT", interrupted);
    process.off("SIGTERM", interrupted);
  }
}

function terminalProgress(): (update: RunUpdate) => void {
  const panel = livePanel(process.stderr);
  return (update) => panel.draw(progressLines(update, Date.now()));
}

function lineProgress(): (update: RunUpdate) => void {
  let before: RunView | undefined;
  return ({ view }) => {
    printError(...plainLines(before, view));
    before = view;
  };
}

function jsonProgress(): (update: RunUpdate) => void {
  return (update) => printJson(progressJson(update));
}
