/** Where a run stands, for a terminal that is redrawn, for a log of lines, and for programs. Pure. */
import type { RunUpdate, RunView, StageProgress, StageView } from "@drydock/client";
import { retryLine } from "./failure.ts";
import { bytesText, count, cut, durationText, WIDTH } from "./text.ts";

const BAR = 10;

/** The whole picture, always as many lines. `nowMs`: of the same clock as the view's times. */
export function progressLines({ view, progress }: RunUpdate, nowMs: number): string[] {
  const tookMs = view.startedMs === 0 ? 0 : (view.endedMs || nowMs) - view.startedMs;
  const state = view.outcome ?? view.phase;
  return [
    `run ${view.runId}  ${state}  ${durationText(tookMs)}`,
    ...view.stages.map((stage) => stageLine(view, stage, progress.get(stage.stage))),
  ];
}

function stageLine(view: RunView, stage: StageView, live: StageProgress | undefined): string {
  const name = `  ${stage.stage.padEnd(10)}`;
  const over = stage.total > 0 && stage.done >= stage.total;
  const bytes = bytesOf(view, stage, live);
  const told = [over ? doneText(view, stage) : workText(view, stage, live, bytes)];
  if (stage.failures > 0) told.push(`${stage.failures} failed`);
  const shards = stage.total > 1 ? `${stage.done}/${stage.total}` : over ? "done" : live ? "…" : "";
  return cut(
    `${name}${bar(over ? 1 : bytes.share)} ${shards.padEnd(9)} ${told.filter((t) => t !== "").join(", ")}`.trimEnd(),
    WIDTH,
  );
}

/** What this stage has moved, of how much. */
function bytesOf(
  view: RunView,
  stage: StageView,
  live: StageProgress | undefined,
): { readonly now: number; readonly of: number; readonly share: number } {
  const planned = {
    stage: view.plan?.inputBytes,
    build: view.plan?.outputBytes,
    publish: view.plan?.outputBytes,
  };
  const of = Object.hasOwn(planned, stage.stage)
    ? (planned[stage.stage as keyof typeof planned] ?? 0) // just looked
    : (live?.totalBytes ?? 0);
  const before = stage.stage === "stage" ? stage.bytesRead : stage.bytesWritten;
  const now = before + (live?.bytes ?? 0);
  const byShards = stage.total > 1 ? stage.done / stage.total : 0;
  return { now, of, share: of > 0 ? Math.min(1, Math.max(now / of, byShards)) : byShards };
}

function workText(
  view: RunView,
  stage: StageView,
  live: StageProgress | undefined,
  bytes: { readonly now: number; readonly of: number },
): string {
  if (live === undefined && stage.done === 0) return view.phase === "ended" ? "" : "waiting";
  const parts: string[] = [];
  if (bytes.now > 0)
    parts.push(bytes.of > 0 ? `${bytesText(bytes.now)} of ${bytesText(bytes.of)}` : bytesText(bytes.now));
  const tensors = stage.tensors + (live?.tensors ?? 0);
  const all = live?.totalTensors || (stage.stage === "build" ? tensorsOf(view) : 0);
  if (tensors > 0) parts.push(all > 0 ? `${tensors} of ${count(all, "tensor")}` : count(tensors, "tensor"));
  return parts.length === 0 ? "at work" : parts.join(", ");
}

function doneText(view: RunView, stage: StageView): string {
  const parts: string[] = [];
  if (stage.tensors > 0) parts.push(count(stage.tensors, "tensor"));
  if (stage.bytesRead > 0) parts.push(`${bytesText(stage.bytesRead)} read`);
  if (stage.bytesWritten > 0) parts.push(`${bytesText(stage.bytesWritten)} written`);
  if (stage.stage === "transform" && view.plan != null) {
    parts.push(`${count(view.plan.shards ?? 0, "shard")} planned`);
  }
  return parts.join(", ");
}

/** Of the whole run: transform has looked at each. */
function tensorsOf(view: RunView): number {
  return view.stages.find((s) => s.stage === "transform")?.tensors ?? 0;
}

function bar(share: number): string {
  const full = Math.round(share * BAR);
  return `[${"#".repeat(full)}${".".repeat(BAR - full)}]`;
}

/** What happened between two views, a line each: stages begun to end in quarters, failed attempts. */
export function plainLines(before: RunView | undefined, after: RunView): string[] {
  const retries = after.retries
    .slice(before?.retries.length ?? 0)
    .map((f) => `failed: ${retryLine(f, WIDTH - 8)}`);
  const stages = after.stages.flatMap((stage, i) => {
    const was = before?.stages[i];
    if (quarters(stage) === (was === undefined ? 0 : quarters(was))) return [];
    const told = doneText(after, stage);
    const shards = stage.total > 1 ? ` ${stage.done}/${stage.total}` : "";
    const over = stage.done >= stage.total ? " done" : "";
    return [cut(`${stage.stage}${shards}${over}${told === "" ? "" : `: ${told}`}`, WIDTH)];
  });
  return [...stages, ...retries];
}

function quarters({ done, total }: StageView): number {
  return total === 0 ? 0 : Math.floor((done * 4) / total);
}

/** One object per change, for `--json`. */
export function progressJson({ view, progress }: RunUpdate): Record<string, unknown> {
  return {
    type: "progress",
    run: view.runId,
    phase: view.phase,
    stages: view.stages.map((stage) => ({ ...stage, now: progress.get(stage.stage) ?? null })),
  };
}
