/**
 * Reads what torch.save writes (a zip with a pickle and storages) without Python and without running any of it. Of the
 * payload nothing is read; opening takes the file's tail, the pickle, and what lies between them when they are close.
 */
import { type ByteSource, CheckpointLoadError, type TrainingState } from "@drydock/checkpoint";
import type { CheckpointIndex, CheckpointReader, OpenOptions } from "../format.ts";
import { failure } from "./errors.ts";
import { type PicklePolicy, runPickle } from "./pickle/run.ts";
import { isKind, type PyValue } from "./pickle/values.ts";
import { TORCH_NAMES } from "./rebuild.ts";
import { readTorchRecords } from "./records.ts";
import { readScalar } from "./scalar.ts";
import { storageResolver } from "./storages.ts";
import { summarise } from "./summary.ts";
import { indexTensors, isPlain, type NamedTensor, type RecordPlace } from "./tensors.ts";
import { trainingFacts } from "./training.ts";
import { findTensors, pathElement } from "./walk.ts";
import { findWeights, kindOf, listed, type Weights } from "./weights.ts";
import { openZip } from "./zip/archive.ts";
import { startsAsZip } from "./zip/end-record.ts";

export const torchReader: CheckpointReader = {
  name: "torch",
  recognises: (_objects, firstBytes) => startsAsZip(firstBytes),
  open: (objects, options) => openTorch(objects, options, "strict"),
};

/** `policy` "inert" keeps names outside the allow-list as opaque data and lists them as warnings. */
export async function openTorch(
  objects: ReadonlyMap<string, ByteSource>,
  options: OpenOptions,
  policy: PicklePolicy,
): Promise<CheckpointIndex> {
  const [only, ...others] = objects;
  if (only === undefined || others.length > 0) {
    throw new CheckpointLoadError(`torch: ${objects.size} files, expected one`, {
      code: "TORCH_AMBIGUOUS",
      details: { count: objects.size },
      remedy: "Name one file as the source.",
    });
  }
  const [object, source] = only;
  const file = object === "" ? source.name : object;
  const counted = countReads(source, options);
  const zip = await openZip(counted, file, options.signal);
  const { folder, pickle, bigEndian, warnings } = await readTorchRecords(zip);
  const program = runPickle(pickle, {
    file: `${file}: ${folder}data.pkl`,
    policy,
    allowed: TORCH_NAMES,
    persistentLoad: storageResolver(zip.entries, `${folder}data/`),
  });
  options.signal?.throwIfAborted();

  const root = program.value;
  const place: RecordPlace = { input: options.input, object, bigEndian };
  const weights = findWeights(root, file, place);
  const all = indexAll(root, weights, place, file);
  const { state, metricTensor } = trainingFacts(root);
  const metric =
    metricTensor === undefined
      ? undefined
      : await readScalar(metricTensor, counted, bigEndian, options.signal);
  const training: TrainingState = metric === undefined ? state : { ...state, bestMetric: metric };
  options.progress?.(counted.bytesRead, all.tensors.length);
  return {
    format: "torch",
    producer: state.producer,
    weights: weights.tensors,
    tensors: all.tensors,
    topLevel: topLevelOf(root),
    training,
    metadata: {},
    warnings: [
      ...warnings,
      ...weights.warnings,
      ...all.warnings,
      ...(program.unknownCount === 0
        ? []
        : [
            `${file}: ${program.unknownCount} unknown classes or functions kept as opaque data: ${listed(program.unknown.map((g) => `${g.module}.${g.name}`))}`,
          ]),
      ...(program.duplicateKeys === 0
        ? []
        : [`${file}: ${program.duplicateKeys} dict keys are set twice; the last value counts`]),
    ],
  };
}

/** All tensors of the file; the weights themselves where they are all there is, which halves the memory. */
function indexAll(root: PyValue, weights: Weights, place: RecordPlace, file: string) {
  const plain: NamedTensor[] = [];
  const unread: string[] = [];
  for (const { path, tensor } of findTensors(root, failure("torch", file))) {
    if (isPlain(tensor)) plain.push({ name: path, tensor });
    else unread.push(`${path} (${kindOf(tensor)})`);
  }
  const warnings =
    unread.length === 0
      ? []
      : [`${file}: ${unread.length} tensors are of kinds that are not read: ${listed(unread)}`];
  const same = weights.path === "" && weights.tensors.length === plain.length;
  return { tensors: same ? weights.tensors : indexTensors(plain, place), warnings };
}

function topLevelOf(root: PyValue): { readonly key: string; readonly summary: string }[] {
  if (!isKind(root, "dict")) return [];
  return [...root.entries.values()].map(({ key, value }) => ({
    key: pathElement(key),
    summary: summarise(value),
  }));
}

/** Reports progress with every read. */
function countReads(source: ByteSource, options: OpenOptions): ByteSource & { readonly bytesRead: number } {
  let bytesRead = 0;
  return {
    size: source.size,
    name: source.name,
    get bytesRead() {
      return bytesRead;
    },
    async read(start, end, signal) {
      const bytes = await source.read(start, end, signal);
      bytesRead += bytes.length;
      options.progress?.(bytesRead, 0);
      return bytes;
    },
  };
}
