/**
 * Which objects of a folder make up the checkpoint. Names only, plus the list of files a safetensors index gives: what
 * the bytes mean is the loader's business.
 */
import { CheckpointConfigError, CheckpointLoadError, CheckpointNotFoundError } from "@drydock/checkpoint";

/** The largest index known (a model of 10^6 tensors) has about 100 MB; a list of files beyond it is no index. */
const MAX_INDEX_BYTES = 128 * 2 ** 20;
/** Of files in one checkpoint; the largest known has a few hundred. */
const MAX_FILES = 10_000;
/** Of a folder looked through; more is not a checkpoint's folder but a store. */
const MAX_LISTED = 100_000;

const INDEX = /\.safetensors\.index\.json$/;
const SAFETENSORS = /\.safetensors$/;
const TORCH = /\.(ckpt|pt|pth|bin)$/;

/** Of the entries of a folder or a prefix. */
export function demandFew(where: string, count: number): void {
  if (count <= MAX_LISTED) return;
  throw new CheckpointConfigError(
    [
      {
        path: "",
        message: `${where}: more than ${MAX_LISTED} entries; name a folder with fewer, or the file`,
      },
    ],
    { code: "SOURCE_AMBIGUOUS" },
  );
}

/** Before an index is read into memory. */
export function demandIndexSize(name: string, size: number): void {
  if (size <= MAX_INDEX_BYTES) return;
  throw badIndex(name, `has ${size} bytes; at most ${MAX_INDEX_BYTES} are read`);
}

export function isIndex(name: string): boolean {
  return INDEX.test(name);
}

/**
 * The names to pin, sorted: an index and what it names, else every safetensors file, else the one torch file.
 * `names` are those of the folder itself; an index may reach below it, which pinning then finds out. `readIndex` is
 * called for the index only. `where` is for errors.
 */
export async function chooseObjects(
  where: string,
  names: readonly string[],
  readIndex: (name: string) => Promise<Uint8Array>,
): Promise<string[]> {
  const indexes = names.filter(isIndex);
  if (indexes.length > 1) throw ambiguous(where, indexes);
  const [index] = indexes;
  if (index !== undefined) {
    const listed = new Set(names);
    const needed = filesOfIndex(`${where}/${index}`, await readIndex(index));
    const missing = needed.filter((name) => !name.includes("/") && !listed.has(name));
    if (missing.length > 0) {
      throw new CheckpointNotFoundError(
        `${where}: ${index} names ${needed.length} files, ${missing.length} of them are not there: ` +
          missing.slice(0, 3).join(", "),
        { code: "SOURCE_NOT_FOUND", details: { missing: missing.slice(0, 100), named: needed.length } },
      );
    }
    return [index, ...needed].sort();
  }
  const safetensors = names.filter((name) => SAFETENSORS.test(name));
  if (safetensors.length > 0) return safetensors.sort();
  const torch = names.filter((name) => TORCH.test(name));
  if (torch.length > 1) throw ambiguous(where, torch);
  if (torch.length === 1) return torch;
  const seen = names.length === 0 ? "it is empty" : `it holds ${[...names].sort().slice(0, 5).join(", ")}`;
  throw new CheckpointNotFoundError(`${where}: no checkpoint in this folder; ${seen}`, {
    code: "SOURCE_NOT_FOUND",
    details: { files: names.length },
    remedy: "name the checkpoint's file, or a folder with .safetensors, .ckpt, .pt, .pth or .bin files",
  });
}

/** The files a safetensors index names, sorted; each once, plain names in the index's folder or below. */
export function filesOfIndex(name: string, bytes: Uint8Array): string[] {
  let parsed: unknown;
  try {
    parsed = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch (cause) {
    throw badIndex(name, "is not JSON", cause);
  }
  const map =
    typeof parsed === "object" && parsed !== null && "weight_map" in parsed ? parsed.weight_map : undefined;
  if (typeof map !== "object" || map === null || Array.isArray(map))
    throw badIndex(name, "has no weight_map");
  const files = new Set<string>();
  for (const file of Object.values(map)) {
    if (typeof file !== "string" || !isPlainName(file)) {
      throw badIndex(name, `names ${JSON.stringify(file).slice(0, 100)}, which is no file of its folder`);
    }
    if (files.add(file).size > MAX_FILES) throw badIndex(name, `names more than ${MAX_FILES} files`);
  }
  return [...files].sort();
}

/** A relative path that stays below its folder and means the same in every store. */
export function isPlainName(name: string): boolean {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what a name must not hold
  if (name === "" || name.length > 1024 || /[\\\u0000-\u001f\u007f]/.test(name)) return false;
  return name.split("/").every((part) => part !== "" && part !== "." && part !== "..");
}

function badIndex(name: string, what: string, cause?: unknown): CheckpointLoadError {
  return new CheckpointLoadError(`${name}: the index ${what}`, {
    code: "SOURCE_INDEX_INVALID",
    ...(cause === undefined ? {} : { cause }),
  });
}

function ambiguous(where: string, names: readonly string[]): CheckpointConfigError {
  return new CheckpointConfigError(
    [
      {
        path: "",
        message: `${where}: several checkpoints in this folder: ${[...names].sort().slice(0, 5).join(", ")}`,
      },
    ],
    { code: "SOURCE_AMBIGUOUS", remedy: "name the one that is meant" },
  );
}
