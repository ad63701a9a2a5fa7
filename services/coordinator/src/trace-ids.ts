/** Trace and span ids of a run, derived from its id: every process hangs its spans under the same root unasked. */
import { sha256Hex } from "@drydock/checkpoint";

const TRACE_HEX = 32;
const SPAN_HEX = 16;

/** W3C traceparent of the run's root span, sampled. */
export function traceparentOf(runId: string): string {
  return `00-${sha256Hex(`trace ${runId}`).slice(0, TRACE_HEX)}-${spanIdOf(runId, "run")}-01`;
}

/** Id of the span that covers a part of the run: "run", or a stage's name. */
export function spanIdOf(runId: string, part: string): string {
  return sha256Hex(`span ${runId} ${part}`).slice(0, SPAN_HEX);
}
