/** The spans that no worker can end: the run's own, exported when it is over, under the ids its tasks were given. */
import type { drydock } from "@drydock/proto";
import { emitSpan } from "@drydock/service";
import type { RunState } from "./state.ts";

export async function exportTrace(state: RunState, log: AsyncIterable<drydock.v1.RunEvent>): Promise<void> {
  const [, traceId = "", spanId = ""] = state.traceparent.split("-");
  let attempts = 0;
  let failed = 0;
  for await (const { result } of log) {
    if (result != null) attempts++;
    if (result?.failed != null) failed++;
  }
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
      "pipeline.attempts": attempts,
      "pipeline.failed_attempts": failed,
      "drydock.bytes_read": state.bytesRead,
      "drydock.bytes_written": state.bytesWritten,
    },
    error: state.outcome === "failed",
  });
}
