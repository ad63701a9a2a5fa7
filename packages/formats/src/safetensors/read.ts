/**
 * Reads safetensors: one file, or a folder with `model.safetensors.index.json`. Per file one request of 64 KiB, and
 * one more only where the header is longer. No payload is read.
 */
import { type ByteSource, CheckpointLoadError, CheckpointNotFoundError } from "@drydock/checkpoint";
import type { CheckpointIndex, CheckpointReader, IndexedTensor, OpenOptions } from "../format.ts";
import { type HeaderTensor, headerLength, parseHeader } from "./header.ts";
import { quoteName } from "./json.ts";
import { CONCURRENT_READS, HEADER_BYTES, PREFETCH_BYTES, TENSORS } from "./limits.ts";
import { indexError, parseShardIndex, type ShardIndex } from "./shard-index.ts";

const FILE = ".safetensors";
const INDEX = ".safetensors.index.json";

export const safetensorsReader: CheckpointReader = {
  name: "safetensors",

  recognises(objects, firstBytes) {
    const paths = [...objects].map(([path, source]) => (path === "" ? source.name : path));
    if (paths.some((p) => p.endsWith(INDEX))) return true;
    // A header length below the cap has four zero bytes on top; then comes the header's "{".
    const [, , , , b4, b5, b6, b7, brace] = firstBytes;
    if (b4 === 0 && b5 === 0 && b6 === 0 && b7 === 0 && brace === 0x7b) return true;
    // A damaged file is still ours by its name, unless it is a zip or a pickle under a wrong one.
    return paths.some((p) => p.endsWith(FILE)) && firstBytes[0] !== 0x50 && firstBytes[0] !== 0x80;
  },

  async open(objects, options) {
    const index = pick(objects, INDEX);
    if (index !== undefined) return await openSharded(objects, index, options);
    const file = await readFile(findFile(objects), options.signal);
    options.progress?.(file.bytesRead, file.tensors.length);
    const tensors = file.tensors.map((t) => indexed(t, file, options.input));
    return checkpoint(tensors, file.metadata, []);
  },
};

interface File {
  readonly path: string;
  /** First byte after the header. */
  readonly dataStart: number;
  readonly size: number;
  readonly tensors: readonly HeaderTensor[];
  readonly metadata: Readonly<Record<string, string>>;
  readonly bytesRead: number;
}

/** An object of the checkpoint under its path. */
type Entry = readonly [path: string, source: ByteSource];

function findFile(objects: ReadonlyMap<string, ByteSource>): Entry {
  const [only, ...others] = objects;
  if (only !== undefined && others.length === 0) return only;
  const file = pick(objects, FILE);
  if (file === undefined) throw new CheckpointNotFoundError("safetensors: no *.safetensors file");
  return file;
}

/** The only object with that suffix, or `model` + suffix among several; undefined if there is none. */
function pick(objects: ReadonlyMap<string, ByteSource>, suffix: string): Entry | undefined {
  const entries = [...objects].filter(([path]) => path.endsWith(suffix));
  if (entries.length <= 1) return entries[0];
  const usual = entries.find(([path]) => path === `model${suffix}`);
  if (usual === undefined) throw ambiguous(entries.map(([path]) => path));
  return usual;
}

function ambiguous(paths: readonly string[]): CheckpointLoadError {
  return new CheckpointLoadError(`safetensors: ${paths.length} candidates: ${paths.slice(0, 4).join(", ")}`, {
    code: "ST_AMBIGUOUS",
    details: { count: paths.length },
    remedy: "Name one file as the source.",
  });
}

async function readFile([path, source]: Entry, signal: AbortSignal | undefined): Promise<File> {
  const file = path === "" ? source.name : path;
  const first = await source.read(0, Math.min(source.size, PREFETCH_BYTES), signal);
  const end = 8 + headerLength(first, source.size, file);
  let json = first.subarray(8, end);
  if (end > first.length) {
    const rest = await source.read(first.length, end, signal);
    json = Buffer.concat([json, rest]);
  }
  const { tensors, metadata } = parseHeader(json, source.size - end, file);
  const bytesRead = Math.max(first.length, end);
  return { path, dataStart: end, size: source.size, tensors, metadata, bytesRead };
}

async function openSharded(
  objects: ReadonlyMap<string, ByteSource>,
  [indexPath, source]: Entry,
  options: OpenOptions,
): Promise<CheckpointIndex> {
  if (source.size > HEADER_BYTES) {
    throw indexError(indexPath, "INDEX_INVALID", `has ${source.size} bytes, the limit is ${HEADER_BYTES}`);
  }
  const index = parseShardIndex(await source.read(0, source.size, options.signal), indexPath);
  const folder = indexPath.slice(0, indexPath.lastIndexOf("/") + 1);
  // All files are known to be there before the first is read.
  const entries = index.files.map((name): Entry => {
    const file = objects.get(folder + name);
    if (file !== undefined) return [folder + name, file];
    throw new CheckpointNotFoundError(`safetensors index: ${indexPath} names ${name}, which is not there`, {
      code: "INDEX_SHARD_MISSING",
      details: { file: indexPath, shard: name },
    });
  });
  const files = await readFiles(entries, source.size, options);
  return joinFiles(files, index, indexPath, options.input);
}

/** Headers of all files, a few at a time, in the order given. The first failure stops the others. */
async function readFiles(
  entries: readonly Entry[],
  bytesBefore: number,
  options: OpenOptions,
): Promise<File[]> {
  const stop = new AbortController();
  const signal = options.signal === undefined ? stop.signal : AbortSignal.any([options.signal, stop.signal]);
  const files: File[] = new Array(entries.length);
  let next = 0;
  let bytesRead = bytesBefore;
  let tensors = 0;
  const worker = async () => {
    for (;;) {
      const i = next++;
      const entry = entries[i];
      if (entry === undefined) return;
      signal.throwIfAborted();
      const file = await readFile(entry, signal);
      files[i] = file;
      bytesRead += file.bytesRead;
      tensors += file.tensors.length;
      options.progress?.(bytesRead, tensors);
      if (tensors > TENSORS) {
        throw new CheckpointLoadError(`safetensors: more than ${TENSORS} tensors`, { code: "LIMIT_TENSORS" });
      }
    }
  };
  let failed: { readonly error: unknown } | undefined;
  const workers = Array.from({ length: CONCURRENT_READS }, () =>
    worker().catch((error: unknown) => {
      failed ??= { error };
      stop.abort();
    }),
  );
  await Promise.all(workers);
  if (failed !== undefined) throw failed.error;
  return files;
}

/** The index and the files must tell the same story (I05, I07). */
function joinFiles(
  files: readonly File[],
  index: ShardIndex,
  indexPath: string,
  input: string,
): CheckpointIndex {
  const folder = indexPath.slice(0, indexPath.lastIndexOf("/") + 1);
  const found = new Map<string, string>();
  const tensors: IndexedTensor[] = [];
  let bytes = 0;
  for (const file of files) {
    for (const tensor of file.tensors) {
      const { name } = tensor;
      const other = found.get(name);
      if (other !== undefined) {
        const message = `tensor ${quoteName(name)} is in ${other} and in ${file.path}`;
        throw indexError(indexPath, "INDEX_TENSOR_DUPLICATE", message);
      }
      if (!index.weightMap.has(name)) {
        const message = `tensor ${quoteName(name)} of ${file.path} is not listed`;
        throw indexError(indexPath, "INDEX_TENSOR_UNLISTED", message);
      }
      found.set(name, file.path);
      bytes += tensor.end - tensor.start;
      tensors.push(indexed(tensor, file, input));
    }
  }
  for (const [name, shard] of index.weightMap) {
    if (found.get(name) !== folder + shard) {
      const message = `tensor ${quoteName(name)} is not in ${shard}`;
      throw indexError(indexPath, "INDEX_TENSOR_MISSING", message);
    }
  }
  return checkpoint(tensors, files[0]?.metadata ?? {}, checkTotal(index, files, bytes, indexPath));
}

/** A total no file could hold is an error; a stale one (re-saved, tied weights counted once) is worth a word. */
function checkTotal(index: ShardIndex, files: readonly File[], bytes: number, indexPath: string): string[] {
  const { totalSize } = index;
  if (totalSize === undefined || totalSize === bytes) return [];
  const onDisk = files.reduce((n, f) => n + f.size, 0);
  if (totalSize > 2 * onDisk) {
    const message = `total_size is ${totalSize}, all files together have ${onDisk} bytes`;
    throw indexError(indexPath, "INDEX_SIZE_MISMATCH", message);
  }
  return [`${indexPath}: total_size is ${totalSize}, the tensors have ${bytes} bytes`];
}

function indexed(tensor: HeaderTensor, file: File, input: string): IndexedTensor {
  const start = file.dataStart + tensor.start;
  const end = file.dataStart + tensor.end;
  return {
    name: tensor.name,
    dtype: tensor.dtype,
    shape: tensor.shape,
    op: { kind: "read", range: { input, object: file.path, start, end, encoding: "stored" } },
    kind: "unknown",
    storage: "",
  };
}

function checkpoint(
  tensors: readonly IndexedTensor[],
  metadata: Readonly<Record<string, string>>,
  warnings: readonly string[],
): CheckpointIndex {
  return {
    format: "safetensors",
    producer: "",
    weights: tensors,
    tensors,
    topLevel: tensors.map((t) => ({ key: t.name, summary: `${t.dtype} [${t.shape.join(", ")}]` })),
    training: { producer: "", hasOptimizer: false, hasScheduler: false },
    metadata,
    warnings,
  };
}
