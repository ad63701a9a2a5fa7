/** The end of a run as its user reads it. Pure. */
import type { RunDetails, RunView } from "@drydock/client";
import { failureLines } from "./failure.ts";
import { localFolder, pythonLines } from "./python.ts";
import { reportJson, reportLines } from "./report.ts";
import { bytesText, durationText } from "./text.ts";

/** `suffix`: as for failureLines. */
export function resultLines(view: RunView, details: RunDetails | undefined, suffix = ""): string[] {
  switch (view.outcome) {
    case "sealed":
      return sealedLines(view, details, suffix);
    case "planned":
      return [
        `Plan of run ${view.runId}; no payload was moved`,
        ...(details === undefined ? [] : reportLines(details)),
      ];
    default:
      return failureLines(view, suffix);
  }
}

function sealedLines(view: RunView, details: RunDetails | undefined, suffix: string): string[] {
  const read = view.stages.reduce((sum, s) => sum + (s.stage === "stage" ? s.bytesRead : 0), 0);
  const took = durationText(view.endedMs - view.startedMs);
  const folder = localFolder(view.outputUri);
  const head = [
    `Done in ${took}${read > 0 ? `, ${bytesText(read)} of payload read` : ""}`,
    ...(details === undefined ? [] : reportLines(details)),
    "",
    `Result: ${folder ?? view.outputUri}`,
  ];
  const fetched = folder === undefined ? [`  drydock wait ${view.outputUri} --to ./prepared`] : [];
  const python =
    details?.build === undefined
      ? []
      : ["In Python:", ...pythonLines(view.outputUri, details.build).map((line) => `  ${line}`)];
  return [
    ...head,
    ...fetched,
    ...python,
    "",
    `What took how long: drydock runs trace ${view.runId}${suffix}`,
  ];
}

/** The last object of `--json`. */
export function resultJson(
  view: RunView,
  details: RunDetails | undefined,
  exitCode: number,
): Record<string, unknown> {
  return {
    type: "result",
    run: view.runId,
    key: view.key,
    outcome: view.outcome,
    exitCode,
    output: view.outputUri,
    manifestDigest: view.manifestDigest,
    startedMs: view.startedMs,
    endedMs: view.endedMs,
    failure: view.failure,
    retries: view.retries.length,
    ...(details === undefined ? {} : reportJson(details)),
  };
}
