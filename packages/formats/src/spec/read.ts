/**
 * A target without values: names, types and shapes. Two JSON forms are read (docs/formats/target-spec.md): that of
 * examples/export_target.py, and that of `drydock inspect --json`.
 *
 * S1  Tensors have no bytes: their operation is `init` with method "unfilled", which no plan ever contains, because a
 *     strategy that leaves a tensor of a spec unfilled is an error.
 */
import { type ByteSource, CheckpointLoadError, formatShape, type TensorSpec } from "@drydock/checkpoint";
import type { CheckpointIndex, CheckpointReader, IndexedTensor } from "../format.ts";
import { SPEC_BYTES } from "./limits.ts";
import { parseSpec, type Spec, type SpecTensor } from "./parse.ts";

export const specReader: CheckpointReader = {
  name: "spec",

  recognises(objects, firstBytes) {
    // A JSON object; the index of a safetensors folder is one too, and has been recognised before.
    return (
      objects.size === 1 && /^[\t\n\r ]*\{/.test(Buffer.from(firstBytes.subarray(0, 256)).toString("latin1"))
    );
  },

  async open(objects, options) {
    const [only] = objects;
    if (only === undefined) throw new Error("recognises() saw one object");
    const [path, source] = only;
    const file = path === "" ? source.name : path;
    const spec = parseSpec(await readAll(source, file, options.signal), file);
    options.progress?.(source.size, spec.tensors.length);
    const weights = weightsOf(spec);
    return {
      format: "spec",
      producer: spec.producer,
      weights: indexed(weights, spec.tied),
      tensors: indexed(spec.tensors, spec.tied),
      topLevel:
        spec.topLevel ??
        spec.tensors.map((t) => ({ key: t.name, summary: `${t.dtype} ${formatShape(t.shape)}` })),
      training: { producer: spec.producer, hasOptimizer: false, hasScheduler: false },
      metadata: {},
      warnings: [],
    } satisfies CheckpointIndex;
  },
};

async function readAll(
  source: ByteSource,
  file: string,
  signal: AbortSignal | undefined,
): Promise<Uint8Array> {
  if (source.size > SPEC_BYTES) {
    throw new CheckpointLoadError(`spec: ${file}: ${source.size} bytes, the limit is ${SPEC_BYTES}`, {
      code: "LIMIT_SPEC",
      details: { file, expected: SPEC_BYTES, found: source.size },
    });
  }
  return await source.read(0, source.size, signal);
}

/** Inspect lists every tensor under its path in the file; the weights are found by the rule of the torch reader. */
function weightsOf(spec: Spec): readonly SpecTensor[] {
  for (const key of ["state_dict", "model_state_dict", "model"]) {
    const prefix = `${key}.`;
    const below = spec.topLevel?.some((t) => t.key === key) ?? false;
    const found = below ? spec.tensors.filter((t) => t.name.startsWith(prefix)) : [];
    if (found.length > 0) return found.map((t) => ({ ...t, name: t.name.slice(prefix.length) }));
  }
  return spec.tensors;
}

function indexed(tensors: readonly SpecTensor[], tied: readonly (readonly string[])[]): IndexedTensor[] {
  const storages = new Map(tied.flatMap((names) => names.map((name) => [name, names[0] ?? ""])));
  return tensors.map(({ name, dtype, shape, kind }) => ({
    name,
    dtype,
    shape,
    op: unfilled({ name, dtype, shape }),
    kind,
    storage: storages.get(name) ?? "",
  }));
}

/** S1. */
function unfilled({ dtype, shape }: TensorSpec): IndexedTensor["op"] {
  return { kind: "init", method: "unfilled", seed: 0, dtype, shape, params: {} };
}
