/**
 * From what a user wrote to the normal form, or one CheckpointConfigError with every mistake.
 *
 * P1  Pure: no path is looked at, no environment read. Local paths must be absolute already (local.ts).
 * P2  Whatever holds a secret is refused before anything else is said about it.
 */
import { CheckpointConfigError } from "@drydock/checkpoint";
import type { Described, Registry } from "../described.ts";
import { modifiers as modifierRegistry } from "../modifiers/index.ts";
import { unknownName } from "../names/nearest.ts";
import { strategies } from "../strategies/index.ts";
import {
  checkObject,
  checkSchema,
  describeValue,
  joinPath,
  type PlainObject,
  type Problems,
} from "./check.ts";
import { parseChoice } from "./choice.ts";
import { parseInput } from "./inputs.ts";
import type { Choice, InputSpec, OutputSpec, Pipeline, RunPolicy } from "./pipeline.ts";
import {
  CHECKPOINT_KEYS,
  MODIFIER_KEYS,
  OUTPUT_SCHEMES,
  outputFormats,
  outputSchema,
  policySchema,
  ROOT_KEYS,
  sourceExtras,
} from "./schema.ts";
import { findSecrets } from "./secrets.ts";
import { fromUpstream } from "./upstream.ts";
import { fileUri, isLocal, localPlace, schemeOf, withoutTrailingSlash } from "./uri.ts";

const DEFAULT_LOADING = { type: "weights_only" };

/** Throws CheckpointConfigError with all problems, each with its dotted path. */
export function parsePipeline(value: unknown): Pipeline {
  const problems: Problems = [];
  if (findSecrets(value, "", problems)) throw new CheckpointConfigError(problems);
  const root = checkObject(fromUpstream(value, problems), ROOT_KEYS, "", problems);
  const source = parseSource(root?.checkpoint, problems);
  const target = present(root?.target) ? parseInput(root?.target, "target", "target", problems).input : null;
  const modifiers = parseModifiers(root?.model_modifier, problems);
  const output = parseOutput(root?.output, problems);
  const policy = parsePolicy(root?.pipeline, problems);
  if (
    problems.length > 0 ||
    source === undefined ||
    target === undefined ||
    output === undefined ||
    policy === undefined
  ) {
    throw new CheckpointConfigError(problems);
  }
  return {
    inputs: target === null ? [source.input] : [source.input, target],
    target: target === null ? null : target.name,
    loading: source.loading,
    modifiers,
    output,
    policy,
    ...(source.cacheDir === undefined ? {} : { cacheDir: source.cacheDir }),
    prefetch: source.prefetch,
  };
}

interface ParsedSource {
  readonly input: InputSpec;
  readonly loading: Choice;
  readonly cacheDir: string | undefined;
  readonly prefetch: "plan" | "full";
}

function parseSource(value: unknown, problems: Problems): ParsedSource | undefined {
  if (!present(value)) {
    problems.push({ path: "checkpoint.source", message: "is missing" });
    return undefined;
  }
  const checkpoint = checkObject(value, CHECKPOINT_KEYS, "checkpoint", problems);
  if (checkpoint === undefined) return undefined;
  const only = onlySource(checkpoint, problems);
  if (only === undefined) return undefined;
  const { input, extras } = parseInput(only.value, "source", only.path, problems);
  const { loading: ownLoading, ...rest } = extras;
  const extra = checkSchema(sourceExtras, rest, only.path, problems);
  const cacheDir = extra?.cache_dir === undefined ? undefined : localPlace(extra.cache_dir);
  if (typeof cacheDir === "string") {
    problems.push({ path: joinPath(only.path, ["cache_dir"]), message: cacheDir });
  }
  const shared = checkpoint.loading;
  const ownPath = joinPath(only.path, ["loading"]);
  if (present(ownLoading) && present(shared)) {
    problems.push({ path: ownPath, message: "stands beside checkpoint.loading; give one of the two" });
  }
  const loading = present(ownLoading)
    ? parseLoading(ownLoading, ownPath, problems)
    : parseLoading(shared, "checkpoint.loading", problems);
  if (input === undefined || loading === undefined || extra === undefined || typeof cacheDir === "string") {
    return undefined;
  }
  return { input, loading, cacheDir: cacheDir?.path, prefetch: extra.prefetch };
}

function onlySource(
  checkpoint: PlainObject,
  problems: Problems,
): { readonly value: unknown; readonly path: string } | undefined {
  const { source, sources } = checkpoint;
  if (!present(sources)) {
    if (present(source)) return { value: source, path: "checkpoint.source" };
    problems.push({ path: "checkpoint.source", message: "is missing" });
    return undefined;
  }
  if (present(source)) {
    problems.push({
      path: "checkpoint.sources",
      message: "stands beside checkpoint.source; give one of the two",
    });
    return undefined;
  }
  if (!Array.isArray(sources) || sources.length === 0) {
    problems.push({
      path: "checkpoint.sources",
      message: `expected a list of sources, got ${describeValue(sources)}`,
    });
    return undefined;
  }
  if (sources.length > 1) {
    problems.push({
      path: "checkpoint.sources",
      message: `several sources: not yet; this version loads one, got ${sources.length}`,
    });
    return undefined;
  }
  return { value: sources[0], path: "checkpoint.sources[0]" };
}

function parseLoading(value: unknown, path: string, problems: Problems): Choice | undefined {
  const spelled = !present(value) ? DEFAULT_LOADING : typeof value === "string" ? { type: value } : value;
  return parseChoice(spelled, strategies, path, problems);
}

function parseModifiers(value: unknown, problems: Problems): Choice[] {
  if (!present(value)) return [];
  const section = checkObject(value, MODIFIER_KEYS, "model_modifier", problems);
  const list = section?.modifiers ?? [];
  const path = "model_modifier.modifiers";
  if (!Array.isArray(list)) {
    problems.push({ path, message: `expected a list of modifiers, got ${describeValue(list)}` });
    return [];
  }
  const registry: Registry<Described> = modifierRegistry;
  return list.flatMap((entry, i) => parseChoice(entry, registry, joinPath(path, [i]), problems) ?? []);
}

function parseOutput(value: unknown, problems: Problems): OutputSpec | undefined {
  const output = checkSchema(outputSchema, value ?? {}, "output", problems);
  if (output === undefined) return undefined;
  if (outputFormats.find(output.format) === undefined) {
    problems.push({
      path: "output.format",
      message: unknownName("output format", output.format, outputFormats.names()),
    });
  }
  const uri = outputUri(output.uri);
  if (uri.problem !== undefined) problems.push({ path: "output.uri", message: uri.problem });
  return {
    uri: uri.uri,
    format: output.format,
    ifExists: output.if_exists,
    fileBytes: output.file_bytes,
    shardBytes: output.shard_bytes,
  };
}

/** An output's place as users write it (a path, a file or store URI), as its canonical URI. */
export function outputUri(text: string): { readonly uri: string; readonly problem?: string } {
  if (isLocal(text)) {
    const place = localPlace(text);
    return typeof place === "string"
      ? { uri: text, problem: place }
      : { uri: withoutTrailingSlash(fileUri(place)) };
  }
  const scheme = schemeOf(text) ?? "";
  if (!OUTPUT_SCHEMES.some((s) => s === scheme)) {
    return { uri: text, problem: `${unknownName("scheme", scheme, OUTPUT_SCHEMES)}, or a local path` };
  }
  const uri = withoutTrailingSlash(text);
  return /^[a-z0-9]+:\/\/[^/?#]+(\/[^?#]*)?$/i.test(uri)
    ? { uri }
    : { uri, problem: `"${text}" is not of the form ${scheme}://bucket/prefix` };
}

function parsePolicy(value: unknown, problems: Problems): RunPolicy | undefined {
  const policy = checkSchema(policySchema, value ?? {}, "pipeline", problems);
  if (policy === undefined) return undefined;
  return {
    asyncExecution: policy.async_execution,
    maxRetries: policy.max_retries,
    ...(policy.timeout == null ? {} : { timeoutMs: Math.round(policy.timeout * 1000) }),
  };
}

function present(value: unknown): boolean {
  return value !== undefined && value !== null;
}
