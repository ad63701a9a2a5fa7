/** The spans that no worker can end: the run's own, exported when it is over, under the ids its tasks were given. */
import type { drydock } from "@drydock/proto";
import { emitSpan } from "@drydock/service";
import type { RunState } from "./state.ts";

export function exportTrace(state: RunState, log: readonly drydock.v1.RunEvent[]): void {
  const [, traceId = "", spanId = ""] = state.traceparent.split("-");
  const results = log.flatMap((event) => event.result ?? []);
  emitSpan({
    name: `run ${state.runId}`,
    traceId,
    spanId,
    parentId: "",
    startMs: state.startedMs,
    endMs: state.endedMs,
    attributes: {
      "pipeline.run.id": state.runId,
      "pipeline.run.result": state.outcome ?? "unknown",
      "pipeline.attempts": results.length,
      "pipeline.failed_attempts": results.filter((result) => result.failed != null).length,
      "drydock.bytes_read": state.bytesRead,
      "drydock.bytes_written": state.bytesWritten,
    },
    error: state.outcome === "failed",
  });
}
