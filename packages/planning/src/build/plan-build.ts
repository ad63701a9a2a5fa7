/**
 * The build plan: modifiers applied, output laid out, shards cut; no payload read.
 *
 * B1  Pure and deterministic: equal requests give equal plans, byte for byte once encoded.
 * B2  Every source byte a shard reads is named in its operations, and its pins are exactly the objects they name.
 */
import {
  type BuildPlan,
  CheckpointConfigError,
  CheckpointError,
  canonicalJson,
  coalesce,
  type Fill,
  type KernelProfile,
  type LoadPlan,
  type ManifestDraft,
  type Pin,
  rangesOf,
  type Segment,
  type Shard,
  type SourceRange,
  type TensorPlan,
  totalBytes,
} from "@drydock/checkpoint";
import { type FileLayout, type LayoutPart, type OutputTensor, writerFor } from "@drydock/formats";
import { opBytes } from "../kernel-ops.ts";
import { freezeNames } from "../modifiers/freeze.ts";
import { initialState, type ModelState, modifiers } from "../modifiers/index.ts";
import type { Pipeline } from "../pipeline/pipeline.ts";
import { strategies } from "../strategies/index.ts";
import { checkTensor } from "./check-tensor.ts";
import { freezeSidecar } from "./freeze-file.ts";
import { type BuildInput, manifestDraft, type TensorPlace } from "./manifest-draft.ts";
import { pinsOf } from "./plan-load.ts";
import { MULTIPART_BYTES, type Piece, splitFiles } from "./split.ts";

export interface BuildPlanRequest {
  readonly pipeline: Pipeline;
  readonly load: LoadPlan;
  /** Of all inputs: also those that no byte is read of stand in the manifest. */
  readonly pins: readonly Pin[];
  readonly inputs: readonly BuildInput[];
  readonly kernels: KernelProfile;
  /** Of Drydock, for the manifest. */
  readonly version: string;
}

/** A build plan and what the user should hear about it; the warnings do not travel inside the plan. */
export interface PlannedBuild extends BuildPlan {
  readonly manifest: ManifestDraft & Readonly<Record<string, unknown>>;
  readonly warnings: readonly string[];
}

/** Throws CheckpointConfigError or CheckpointIncompatibleError when a modifier or the output cannot be. */
export function planBuild(request: BuildPlanRequest): PlannedBuild {
  const { pipeline, load, kernels, pins } = request;
  const { output } = pipeline;
  const state = applyModifiers(pipeline, load);
  const { tensors } = state;
  for (const tensor of tensors) checkTensor(tensor, opBytes(tensor.op, tensor.name));

  const layout = writerFor(output.format).layout(outputTensors(tensors), {
    fileBytes: output.fileBytes,
    metadata: {},
  });
  const { pieces, tailCount } = splitFiles(layout.files, {
    shardBytes: output.shardBytes,
    // A local folder takes parts of any size.
    minBytes: output.uri.startsWith("file:") ? 1 : MULTIPART_BYTES,
  });
  const shards = makeShards({ files: layout.files, pieces, tensors, pins, kernels });
  const freeze = freezeSidecar(state);
  const sidecars = freeze === undefined ? layout.sidecars : [...layout.sidecars, freeze];
  const places = placesOf(shards);
  return {
    format: output.format,
    files: layout.files.map(({ path, size }) => ({ path, size })),
    shards,
    tailCount,
    kernels,
    sidecars,
    manifest: {
      ...manifestDraft({
        version: request.version,
        format: output.format,
        inputs: request.inputs,
        pins,
        load,
        modifiers: state.applied,
        kernels,
        sidecars,
        tensors,
        placeOf: (tensor) => found(places.get(tensor.name), `${tensor.name} has no place in the output`),
      }),
    },
    pins: pinsOf(tensors, pins),
    inputBytes: distinctBytes(tensors.flatMap((t) => rangesOf(t.op))),
    outputBytes: layout.files.reduce((n, file) => n + file.size, 0),
    warnings: state.warnings,
  };
}

function applyModifiers(pipeline: Pipeline, load: LoadPlan): ModelState {
  const { type, params } = pipeline.loading;
  const loaded = strategies.get(type).frozen(load.tensors, params);
  let state = initialState(load.tensors);
  if (loaded.length > 0) {
    state = freezeNames(state, loaded, { by: "freeze_loaded", entry: "", resolved: "" });
    const [done] = state.freezes;
    const counts = { tensors: done?.tensors ?? 0, elements: done?.elements ?? 0 };
    state = { ...state, applied: [{ type: "freeze_loaded", ...counts }] };
  }
  for (const [i, modifier] of pipeline.modifiers.entries()) {
    state = applyAt(i, () => modifiers.get(modifier.type).apply(state, modifier.params));
  }
  return state;
}

/** Problems of a modifier carry its place in the pipeline. */
function applyAt(index: number, apply: () => ModelState): ModelState {
  try {
    return apply();
  } catch (error) {
    if (!(error instanceof CheckpointConfigError)) throw error;
    const base = `model_modifier.modifiers[${index}]`;
    throw new CheckpointConfigError(
      error.problems.map((p) => ({ ...p, path: p.path === "" ? base : `${base}.${p.path}` })),
      { cause: error },
    );
  }
}

/** Tensors of one storage with equal operations have the same bytes; the first of them owns these. */
function outputTensors(tensors: readonly TensorPlan[]): OutputTensor[] {
  const owners = new Map<string, string>();
  return tensors.map(({ name, dtype, shape, storage, op }) => {
    const spec = { name, dtype, shape };
    if (storage === "") return spec;
    const key = canonicalJson([storage, dtype, shape, op]);
    const owner = owners.get(key);
    if (owner === undefined) owners.set(key, name);
    return owner === undefined ? spec : { ...spec, sharesWith: owner };
  });
}

interface ShardRequest {
  readonly files: readonly FileLayout[];
  readonly pieces: readonly Piece[];
  readonly tensors: readonly TensorPlan[];
  readonly pins: readonly Pin[];
  readonly kernels: KernelProfile;
}

function makeShards({ files, pieces, tensors, pins, kernels }: ShardRequest): Shard[] {
  const placeOfPart = files.map(() => new Map<number, Omit<TensorPlace, "file">>());
  for (const [shard, piece] of pieces.entries()) {
    for (let part = piece.firstPart; part < piece.endPart; part++) {
      placeOfPart[piece.file]?.set(part, { shard, segment: part - piece.firstPart });
    }
  }
  return pieces.map((piece, index) => {
    const file = found(files[piece.file], `shard ${index} has no file`);
    const fillOf = (fill: { readonly at: number; readonly part: number }): Fill => ({
      at: fill.at,
      ...found(placeOfPart[piece.file]?.get(fill.part), `${file.path} has no part ${fill.part}`),
    });
    const segments = file.parts
      .slice(piece.firstPart, piece.endPart)
      .map((part) => segmentOf(part, tensors, fillOf));
    const used = segments.flatMap((s) => (s.kind === "tensor" ? [s.tensor] : []));
    return {
      index,
      file: file.path,
      start: piece.start,
      end: piece.end,
      segments,
      pins: pinsOf(used, pins),
      kernels,
    };
  });
}

function segmentOf(
  part: LayoutPart,
  tensors: readonly TensorPlan[],
  fillOf: (fill: { readonly at: number; readonly part: number }) => Fill,
): Segment {
  if (part.kind === "literal") return { kind: "literal", bytes: part.bytes, fills: part.fills.map(fillOf) };
  const tensor = found(tensors[part.tensor], `the layout names tensor ${part.tensor} of ${tensors.length}`);
  return { kind: "tensor", tensor, aliases: part.aliases, nbytes: part.nbytes };
}

function placesOf(shards: readonly Shard[]): ReadonlyMap<string, TensorPlace> {
  const places = new Map<string, TensorPlace>();
  for (const shard of shards) {
    for (const [segment, part] of shard.segments.entries()) {
      if (part.kind !== "tensor") continue;
      const place = { shard: shard.index, segment, file: shard.file };
      for (const name of [part.tensor.name, ...part.aliases]) places.set(name, place);
    }
  }
  return places;
}

/** Bytes to fetch: what several operations read counts once. */
function distinctBytes(ranges: readonly SourceRange[]): number {
  const objects = Map.groupBy(ranges, (r) => JSON.stringify([r.input, r.object]));
  return [...objects.values()].reduce((n, of) => n + totalBytes(coalesce(of)), 0);
}

function found<T>(value: T | undefined, message: string): T {
  if (value === undefined) throw new CheckpointError(`plan: ${message}`);
  return value;
}
