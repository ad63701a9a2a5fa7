/** A run's spans as a text waterfall. Pure. */
import type { TraceNode } from "@drydock/client";
import { cut, durationText, WIDTH } from "./text.ts";

const NAME = 38;
const TIME = 12;
const BAR = WIDTH - NAME - TIME - 2;
/** Of one parent: a run of thousands of shards has its slowest and its failed ones shown. */
const MOST_CHILDREN = 12;

export function traceLines(root: TraceNode): string[] {
  const spanMs = Math.max(1, root.endMs - root.startMs);
  const lines: string[] = [];
  const show = (node: TraceNode, prefix: string, own: string): void => {
    lines.push(nodeLine(node, own, root.startMs, spanMs));
    const { shown, hidden } = pick(node.children);
    shown.forEach((child, i) => {
      const last = i === shown.length - 1 && hidden.length === 0;
      show(child, `${prefix}${last ? "  " : "│ "}`, `${prefix}${last ? "└ " : "├ "}`);
    });
    if (hidden.length > 0) {
      const longest = hidden.reduce((ms, child) => Math.max(ms, child.endMs - child.startMs), 0);
      lines.push(cut(`${prefix}└ … ${hidden.length} more, none over ${durationText(longest)}`, WIDTH));
    }
  };
  show(root, "", "");
  if (root.children.length === 0) lines.push("no spans yet");
  return lines;
}

function nodeLine(node: TraceNode, own: string, startMs: number, spanMs: number): string {
  const name = cut(`${own}${label(node)}`, NAME).padEnd(NAME);
  const time = durationText(node.endMs - node.startMs).padStart(TIME);
  const at = (ms: number): number => Math.round((Math.min(Math.max(ms - startMs, 0), spanMs) / spanMs) * BAR);
  const from = Math.min(at(node.startMs), BAR - 1);
  const length = Math.max(1, at(node.endMs) - from);
  return `${name} ${time} ${" ".repeat(from)}${(node.error ? "x" : "=").repeat(length)}`.trimEnd();
}

/** Attempts say which and where, everything else its name. */
function label(node: TraceNode): string {
  const { attributes } = node;
  const stage = attributes["drydock.stage"];
  if (stage === undefined || !node.name.startsWith("process ")) return node.name;
  const shard = attributes["drydock.shard"] ?? "0";
  const attempt = attributes["drydock.attempt"] ?? "1";
  const parts = [
    stage,
    ...(shard === "0" ? [] : [shard]),
    ...(attempt === "1" ? [] : [`attempt ${attempt}`]),
  ];
  return `${parts.join(" ")}${node.node === "" ? "" : ` @${node.node}`}`;
}

function pick(children: readonly TraceNode[]): {
  readonly shown: readonly TraceNode[];
  readonly hidden: readonly TraceNode[];
} {
  if (children.length <= MOST_CHILDREN) return { shown: children, hidden: [] };
  const weight = (node: TraceNode): number =>
    node.error ? Number.POSITIVE_INFINITY : node.endMs - node.startMs;
  const kept = new Set(
    [...children].sort((a, b) => (weight(b) > weight(a) ? 1 : -1)).slice(0, MOST_CHILDREN),
  );
  return { shown: children.filter((c) => kept.has(c)), hidden: children.filter((c) => !kept.has(c)) };
}
