/** Everything about one run on a page. Pure. */
import { type RunDetails, type RunView, traceId } from "@drydock/client";
import { retryLine } from "./failure.ts";
import { progressLines } from "./progress.ts";
import { resultLines } from "./result.ts";
import { timeText, WIDTH } from "./text.ts";

const FEW = 5;

/** Ends with what `run` printed at the end. */
export function showLines(
  view: RunView,
  details: RunDetails | undefined,
  nowMs: number,
  suffix: string,
): string[] {
  const fact = (label: string, value: string): string[] =>
    value === "" ? [] : [`  ${label.padEnd(10)}${value}`];
  // The attempt that ended the run is shown as its failure.
  const repeated = view.failure === null ? view.retries : view.retries.slice(0, -1);
  const hidden = repeated.length - FEW;
  return [
    ...progressLines({ view, progress: new Map() }, nowMs),
    ...fact("key", view.key),
    ...fact("started", timeText(view.startedMs)),
    ...fact("ended", timeText(view.endedMs)),
    ...fact("output", view.outputUri),
    ...fact("by", view.submittedBy),
    ...fact("retry of", view.retryOf),
    ...fact("trace id", traceId(view)),
    ...(repeated.length === 0 ? [] : ["Failed attempts:"]),
    ...(hidden > 0 ? [`    … ${hidden} earlier`] : []),
    ...repeated.slice(-FEW).map((failure) => `    ${retryLine(failure, WIDTH - 4)}`),
    ...(view.phase === "ended" ? ["", ...resultLines(view, details, suffix)] : []),
  ];
}
