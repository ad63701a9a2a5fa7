/**
 * The upstream form: `training.checkpoint.{source,loading,modifiers}` with `_target_` class paths, mapped onto our own
 * keys. Only the class's name counts, so that a moved module still maps. A small table: what it lacks is refused.
 */
import { isPlainObject, joinPath, type PlainObject, type Problems } from "./check.ts";

interface Mapping {
  readonly type: string;
  /** Upstream parameter → ours. Others keep their name and are checked like ours. */
  readonly rename?: Readonly<Record<string, string>>;
  /** Parameters without meaning here: what they do happens always, or elsewhere. */
  readonly drop?: readonly string[];
}

const TARGETS: Readonly<Record<string, Mapping>> = {
  LocalSource: { type: "file" },
  // Retries and time limits are the pipeline's here, for every source alike.
  HTTPSource: { type: "http", drop: ["max_retries", "timeout"] },
  S3Source: { type: "s3", rename: { url: "uri" } },
  WeightsOnlyLoader: { type: "weights_only" },
  TransferLearningLoader: { type: "transfer_learning" },
  WarmStartLoader: { type: "warm_start" },
  ColdStartLoader: { type: "cold_start" },
  FreezingModifierStage: {
    type: "freeze",
    rename: { submodules_to_freeze: "layers" },
    drop: ["validate_gradients"],
  },
};

/** A value in our own form: the upstream one converted, anything else as it is. */
export function fromUpstream(value: unknown, problems: Problems = []): unknown {
  if (!isPlainObject(value) || !isPlainObject(value.training)) return value;
  const { training, ...rest } = value;
  const checkpoint = training.checkpoint;
  if (!isPlainObject(checkpoint)) return value;
  const base = "training.checkpoint";
  if (rest.checkpoint !== undefined) {
    problems.push({ path: base, message: "stands beside checkpoint; give one of the two" });
  }
  for (const key of Object.keys(training)) {
    if (key === "checkpoint") continue;
    problems.push({
      path: `training.${key}`,
      message: "only training.checkpoint is read of the upstream form",
    });
  }
  const { modifiers, ...sections } = checkpoint;
  const converted: Record<string, unknown> = {
    ...rest,
    checkpoint: Object.fromEntries(
      Object.entries(sections).map(([key, entry]) => [key, convert(entry, joinPath(base, [key]), problems)]),
    ),
  };
  if (modifiers !== undefined) {
    converted.model_modifier = {
      modifiers: Array.isArray(modifiers)
        ? modifiers.map((entry, i) => convert(entry, joinPath(base, ["modifiers", i]), problems))
        : modifiers,
    };
  }
  return converted;
}

function convert(value: unknown, path: string, problems: Problems): unknown {
  if (!isPlainObject(value) || typeof value._target_ !== "string") return value;
  const { _target_: target, ...params } = value;
  const mapping = mappingOf(target);
  if (mapping === undefined) {
    problems.push({
      path: joinPath(path, ["_target_"]),
      message: `"${target}" has no counterpart; known: ${Object.keys(TARGETS).join(", ")}`,
    });
    return params;
  }
  const renamed: PlainObject = Object.fromEntries(
    Object.entries(params)
      .filter(([key]) => key !== "_convert_" && mapping.drop?.includes(key) !== true)
      .map(([key, entry]) => [mapping.rename?.[key] ?? key, entry]),
  );
  return { type: mapping.type, ...renamed };
}

function mappingOf(target: string): Mapping | undefined {
  const name = target.split(".").at(-1) ?? "";
  return Object.hasOwn(TARGETS, name) ? TARGETS[name] : undefined;
}
