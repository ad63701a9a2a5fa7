/** What a checkpoint says of the training it comes from, and which program wrote it. */
import type { TrainingState } from "@drydock/checkpoint";
import { METRICS_DEPTH, METRICS_NODES } from "./limits.ts";
import type { TensorNode } from "./nodes.ts";
import { get, isKind, type PyDict, type PyValue } from "./pickle/values.ts";
import { pathElement } from "./walk.ts";

const LIGHTNING = "pytorch-lightning_version";
const LIGHTNING_KEYS = ["callbacks", "optimizer_states", "lr_schedulers", "loops"] as const;
const OPTIMIZERS = ["optimizer_states", "optimizer_state_dict", "optimizer"] as const;
const SCHEDULERS = [
  "lr_schedulers",
  "scheduler_state_dict",
  "lr_scheduler_state_dict",
  "scheduler",
  "lr_scheduler",
] as const;

export interface TrainingFacts {
  readonly state: TrainingState;
  /** A best metric that the file keeps as a tensor of one element, yet to be read. */
  readonly metricTensor: TensorNode | undefined;
}

/** "pytorch-lightning 2.6.6", "pytorch-lightning" where the version is not told, else "torch". */
export function producerOf(root: PyValue): string {
  if (!isKind(root, "dict")) return "torch";
  const version = get(root, LIGHTNING);
  if (typeof version === "string") return `pytorch-lightning ${version.slice(0, 40)}`;
  const hints = LIGHTNING_KEYS.filter((key) => root.entries.has(key)).length;
  return version !== undefined || hints >= 2 ? "pytorch-lightning" : "torch";
}

export function trainingFacts(root: PyValue): TrainingFacts {
  const producer = producerOf(root);
  if (!isKind(root, "dict")) {
    return { state: { producer, hasOptimizer: false, hasScheduler: false }, metricTensor: undefined };
  }
  const epoch = count(get(root, "epoch"));
  const globalStep = count(get(root, "global_step"));
  const metric = bestMetric(root);
  const bestMetricNumber = isKind(metric, "tensor") ? undefined : finite(metric);
  const history = get(root, "metrics_history");
  const state: TrainingState = {
    producer,
    hasOptimizer: OPTIMIZERS.some((key) => isFilled(get(root, key))),
    hasScheduler: SCHEDULERS.some((key) => isFilled(get(root, key))),
    ...(epoch === undefined ? {} : { epoch }),
    ...(globalStep === undefined ? {} : { globalStep }),
    ...(bestMetricNumber === undefined ? {} : { bestMetric: bestMetricNumber }),
    ...(history === undefined || history === null ? {} : { metricsHistory: plain(history) }),
  };
  return { state, metricTensor: isKind(metric, "tensor") ? metric : undefined };
}

/** `best_metric`, else the best score of the first ModelCheckpoint callback that has one. */
function bestMetric(root: PyDict): PyValue | undefined {
  const own = get(root, "best_metric");
  if (own !== undefined && own !== null) return own;
  const callbacks = get(root, "callbacks");
  if (!isKind(callbacks, "dict")) return undefined;
  for (const { key, value } of callbacks.entries.values()) {
    // Lightning appends the callback's settings to its name.
    if (typeof key !== "string" || !key.includes("ModelCheckpoint") || !isKind(value, "dict")) continue;
    const score = get(value, "best_model_score");
    if (score !== undefined && score !== null) return score;
  }
  return undefined;
}

function count(value: PyValue | undefined): number | undefined {
  return typeof value === "number" && value >= 0 ? value : undefined;
}

function finite(value: PyValue | undefined): number | undefined {
  const number = isKind(value, "float") ? value.value : value;
  return typeof number === "number" && Number.isFinite(number) ? number : undefined;
}

function isFilled(value: PyValue | undefined): boolean {
  if (isKind(value, "list")) return value.items.length > 0;
  if (isKind(value, "dict")) return value.entries.size > 0;
  return value !== undefined && value !== null;
}

/** As JSON values; what JSON cannot hold becomes text, and a value beyond the caps null. */
function plain(value: PyValue): unknown {
  let left = METRICS_NODES;
  const convert = (v: PyValue, depth: number): unknown => {
    if (left-- <= 0 || depth === METRICS_DEPTH) return null;
    if (v === null || typeof v === "boolean" || typeof v === "number" || typeof v === "string") return v;
    if (typeof v === "bigint") return String(v);
    if (isKind(v, "float")) return Number.isFinite(v.value) ? v.value : String(v.value);
    if (isKind(v, "list") || isKind(v, "tuple"))
      return v.items.slice(0, left).map((i) => convert(i, depth + 1));
    if (!isKind(v, "dict")) return null;
    const entries = [...v.entries.values()].slice(0, left);
    // fromEntries defines own properties: a key "__proto__" stays a key.
    return Object.fromEntries(entries.map((e) => [pathElement(e.key), convert(e.value, depth + 1)]));
  };
  return convert(value, 0);
}
