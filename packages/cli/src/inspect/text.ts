/** A checkpoint's index for a terminal of 80 columns: what it is, its top level, its training, its tensors as a tree. */
import { type Dtype, formatShape, nbytes, numel, type TrainingState } from "@drydock/checkpoint";
import type { CheckpointIndex, IndexedTensor } from "@drydock/formats";

const WIDTH = 80;
/** Of the columns behind a tensor's name: dtype, shape, bytes. */
const DTYPE = 8;
const SHAPE = 20;
const BYTES = 9;
/** Keys shown of the top level; a state dict without a frame has one per tensor, which the tree shows. */
const MAX_TOP = 40;

/** Lines without line ends. `sizeBytes` is that of all objects together. */
export function inspectText(name: string, sizeBytes: number, index: CheckpointIndex): string[] {
  const { weights, tensors, topLevel, metadata, warnings } = index;
  const maker = index.producer === "" ? "" : `, ${index.producer}`;
  const lines = [fit(name, WIDTH), `  ${index.format}${maker}, ${size(sizeBytes)}`];
  const paths = new Set(tensors.map((t) => t.name));
  const framed = topLevel.filter((entry) => !paths.has(entry.key));
  if (framed.length > 0) {
    lines.push("", "top level");
    const column = Math.min(28, Math.max(...framed.map((entry) => entry.key.length)) + 2);
    for (const { key, summary } of framed.slice(0, MAX_TOP)) {
      lines.push(fit(`  ${fit(key, column - 1).padEnd(column)}${summary}`, WIDTH));
    }
    if (framed.length > MAX_TOP) lines.push(`  … ${framed.length - MAX_TOP} more (--json shows all)`);
  }
  const entries = Object.entries(metadata);
  if (entries.length > 0) lines.push("", "metadata");
  for (const [key, value] of entries) lines.push(fit(`  ${key}: ${JSON.stringify(value)}`, WIDTH));
  const training = trainingLine(index.training);
  if (training !== "") lines.push("", `training  ${training}`);
  lines.push("", fit(`weights   ${totals(weights)}`, WIDTH));
  lines.push(...branch(treeOf(weights), ""));
  const others = tensors.length - weights.length;
  if (others > 0) {
    const bytes = total(tensors, nbytes) - total(weights, nbytes);
    lines.push("", `besides   ${others} tensors, ${size(bytes)} (--json shows all)`);
  }
  for (const warning of warnings) lines.push("", `warning: ${warning}`);
  return lines;
}

function trainingLine(training: TrainingState): string {
  const { epoch, globalStep, bestMetric, hasOptimizer, hasScheduler } = training;
  return [
    epoch === undefined ? "" : `epoch ${epoch}`,
    globalStep === undefined ? "" : `step ${globalStep}`,
    bestMetric === undefined ? "" : `best metric ${bestMetric}`,
    hasOptimizer ? "with optimizer state" : "",
    hasScheduler ? "with scheduler state" : "",
  ]
    .filter((part) => part !== "")
    .join(", ");
}

function totals(tensors: readonly IndexedTensor[]): string {
  const byDtype = new Map<Dtype, number>();
  for (const { dtype } of tensors) byDtype.set(dtype, (byDtype.get(dtype) ?? 0) + 1);
  const dtypes = [...byDtype].map(([dtype, n]) => `${n} ${dtype}`).join(", ");
  const elements = total(tensors, (t) => numel(t.shape, t.name));
  return `${tensors.length} tensors (${dtypes}), ${elements} elements, ${size(total(tensors, nbytes))}`;
}

function total(tensors: readonly IndexedTensor[], of: (tensor: IndexedTensor) => number): number {
  return tensors.reduce((n, tensor) => n + of(tensor), 0);
}

interface Node {
  tensor: IndexedTensor | undefined;
  readonly children: Map<string, Node>;
}

function treeOf(tensors: readonly IndexedTensor[]): Node {
  const root: Node = { tensor: undefined, children: new Map() };
  for (const tensor of tensors) {
    let node = root;
    for (const part of tensor.name.split(".")) {
      const next = node.children.get(part) ?? { tensor: undefined, children: new Map() };
      node.children.set(part, next);
      node = next;
    }
    node.tensor = tensor;
  }
  return root;
}

function branch(node: Node, indent: string): string[] {
  const children = [...node.children];
  return children.flatMap(([name, child], i) => {
    const last = i === children.length - 1;
    const [path, end] = chain(name, child);
    const head = `${indent}${last ? "└ " : "├ "}${path}`;
    const line = end.tensor === undefined ? fit(head, WIDTH) : row(head, end.tensor);
    return [line, ...branch(end, `${indent}${last ? "  " : "│ "}`)];
  });
}

/** Modules with a single child share its line. */
function chain(name: string, node: Node): [string, Node] {
  const [only, ...more] = node.children;
  if (node.tensor !== undefined || only === undefined || more.length > 0) return [name, node];
  const [rest, end] = chain(only[0], only[1]);
  return [`${name}.${rest}`, end];
}

function row(head: string, tensor: IndexedTensor): string {
  const shape = formatShape(tensor.shape);
  const bytes = size(nbytes(tensor)).padStart(BYTES);
  const right = `${tensor.dtype.padEnd(DTYPE)} ${shape.padEnd(SHAPE)} ${bytes}`;
  const room = WIDTH - right.length - 1;
  return `${fit(head, room).padEnd(room)} ${right}`;
}

/** Cut in the middle, where names differ least. Control characters could move the cursor: they are shown as "·". */
function fit(text: string, width: number): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not reach a terminal
  const plain = text.replace(/[\u0000-\u001f\u007f-\u009f]/g, "·");
  if (plain.length <= width) return plain;
  const head = Math.ceil((width - 1) * 0.6);
  return `${plain.slice(0, head)}…${plain.slice(plain.length - (width - 1 - head))}`;
}

/** "300 B", "4.5 KiB". */
function size(bytes: number): string {
  const units = ["B", "KiB", "MiB", "GiB", "TiB"];
  let value = bytes;
  let unit = 0;
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1024;
    unit += 1;
  }
  return `${unit === 0 || value >= 100 ? Math.round(value) : value.toFixed(1)} ${units[unit]}`;
}
