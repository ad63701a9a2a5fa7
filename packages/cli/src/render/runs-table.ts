/** Runs, nodes and dead letters as tables. Pure. */
import type { DeadLetter, NodeEntry } from "@drydock/bus";
import type { RunView } from "@drydock/client";
import { durationText, table, timeText, wrap } from "./text.ts";

/** Newest first, as given. `nowMs`: for how long runs at work have been so. */
export function runsTable(views: readonly RunView[], nowMs: number): string[] {
  if (views.length === 0) return ["no runs"];
  const rows = views.map((view) => [
    view.runId,
    view.outcome ?? view.phase,
    timeText(view.startedMs).slice(5, 16),
    view.startedMs === 0 ? "" : durationText((view.endedMs || nowMs) - view.startedMs),
    view.outputUri,
  ]);
  return table([["RUN", "STATE", "STARTED", "TOOK", "OUTPUT"], ...rows]);
}

export function nodesTable(nodes: readonly NodeEntry[], nowMs: number): string[] {
  if (nodes.length === 0) return ["no services; start them with `drydock up`, or see your cluster"];
  const rows = nodes.map(({ info, timeMs }) => [
    info.node,
    info.service,
    info.draining ? "draining" : durationText(nowMs - timeMs),
    Object.entries(info.slots)
      .map(([stage, slots]) => `${stage} ${slots}`)
      .join(", ") + (info.kernelClasses.length > 0 ? ` (${info.kernelClasses.join(" ")})` : ""),
  ]);
  return table([["NODE", "SERVICE", "SEEN", "SLOTS"], ...rows]);
}

export function deadTable(letters: readonly DeadLetter[]): string[] {
  if (letters.length === 0) return ["no dead letters"];
  const rows = letters.map((letter) => [
    String(letter.seq),
    timeText(letter.timeMs).slice(5, 16),
    letter.code,
    letter.subject,
  ]);
  return table([["SEQ", "WHEN", "CODE", "SUBJECT"], ...rows]);
}

export function deadLines(letter: DeadLetter, suffix: string): string[] {
  return [
    `dead letter ${letter.seq}, ${timeText(letter.timeMs)}`,
    `  subject     ${letter.subject}`,
    `  code        ${letter.code}`,
    ...wrap(letter.reason, "  reason      ", "              "),
    `  deliveries  ${letter.deliveries}`,
    `  by          ${letter.by}`,
    `  body        ${letter.data.length} bytes (--json has them)`,
    `  try again:  drydock dead replay ${letter.seq}${suffix}`,
  ];
}
