/** A run's spans as a tree: run, stages, attempts and what happened inside them. Pure. */
import type { RunView, SpanView } from "./run-view.ts";

export interface TraceNode {
  readonly name: string;
  readonly startMs: number;
  readonly endMs: number;
  readonly error: boolean;
  readonly attributes: Readonly<Record<string, string>>;
  readonly node: string;
  readonly children: readonly TraceNode[];
}

/**
 * The tree of a run. Attempts are grouped under a node per stage (the attribute `drydock.stage` of their root span);
 * a span whose parent is not in the log hangs under the run, so none is ever lost. Times are as the workers' clocks
 * gave them.
 */
export function traceTree(view: RunView): TraceNode {
  const ids = new Set(view.spans.map((s) => s.id));
  const children = new Map<string, SpanView[]>();
  const roots: SpanView[] = [];
  for (const span of view.spans) {
    if (span.parent !== "" && ids.has(span.parent) && span.parent !== span.id) {
      const siblings = children.get(span.parent);
      if (siblings === undefined) children.set(span.parent, [span]);
      else siblings.push(span);
    } else roots.push(span);
  }
  const build = (span: SpanView): TraceNode => ({
    name: span.name,
    startMs: span.startMs,
    endMs: span.endMs,
    error: span.error,
    attributes: span.attributes,
    node: span.node,
    children: (children.get(span.id) ?? []).sort(byStart).map(build),
  });
  const stages = new Map<string, TraceNode[]>();
  for (const root of roots.sort(byStart)) {
    const stage = root.attributes["drydock.stage"] ?? "other";
    const nodes = stages.get(stage);
    if (nodes === undefined) stages.set(stage, [build(root)]);
    else nodes.push(build(root));
  }
  const stageNodes = [...stages].map(([stage, nodes]) => cover(`stage ${stage}`, nodes, {}));
  const run = cover(`run ${view.runId}`, stageNodes, { outcome: view.outcome ?? view.phase });
  const starts = [run.startMs, view.startedMs].filter((ms) => ms > 0 && Number.isFinite(ms));
  const startMs = starts.length === 0 ? 0 : Math.min(...starts);
  return {
    ...run,
    startMs,
    endMs: Math.max(run.endMs, view.endedMs, startMs),
    error: view.outcome === "failed",
  };
}

/** The trace id all processes of the run share, from its traceparent; "" when there is none yet. */
export function traceId(view: RunView): string {
  return view.traceparent.split("-")[1] ?? "";
}

function cover(name: string, children: readonly TraceNode[], attributes: Record<string, string>): TraceNode {
  return {
    name,
    startMs: children.reduce((ms, c) => Math.min(ms, c.startMs), Number.POSITIVE_INFINITY),
    endMs: children.reduce((ms, c) => Math.max(ms, c.endMs), 0),
    error: children.length > 0 && children.every((c) => c.error),
    attributes,
    node: "",
    children,
  };
}

function byStart(a: SpanView, b: SpanView): number {
  return a.startMs - b.startMs;
}
