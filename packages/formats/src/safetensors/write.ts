/**
 * Writes safetensors, byte for byte as the reference implementation would for the same tensors and `format: "pt"`.
 *
 * The format has no aliasing: a tensor that shares its bytes with another is written once more under its own name.
 * One copy with a list of aliases would be smaller, but `model.load_state_dict(load_file(path), strict=True)` would
 * then fail for every tied weight, and that line is what the output is for.
 */
import { CheckpointIncompatibleError, DTYPES, nbytes } from "@drydock/checkpoint";
import type { CheckpointWriter, FileLayout, LayoutPart, OutputTensor } from "../format.ts";
import { compareNames, ownersOf } from "../output.ts";
import { HEADER_BYTES } from "./limits.ts";

const RANK = new Map(DTYPES.map((dtype, i) => [dtype, i]));

/** A tensor and its index in the list given to `layout`. */
interface Entry {
  readonly tensor: OutputTensor;
  readonly index: number;
  readonly nbytes: number;
}

/**
 * One file `model.safetensors`, or, above `fileBytes` of payload, `model-0000i-of-0000n.safetensors` filled in the
 * order given plus `model.safetensors.index.json`. `fileBytes` counts tensors only, as Hugging Face counts; a larger
 * tensor gets a file of its own. Throws CheckpointIncompatibleError for a tensor named `__metadata__`.
 */
export const safetensorsWriter: CheckpointWriter = {
  name: "safetensors",

  layout(tensors, options) {
    ownersOf(tensors);
    const files = splitFiles(tensors, options.fileBytes);
    const [only] = files;
    if (files.length <= 1) {
      return { files: [fileLayout("model.safetensors", only ?? [], options.metadata)], sidecars: [] };
    }
    const count = String(files.length).padStart(5, "0");
    const path = (i: number) => `model-${String(i + 1).padStart(5, "0")}-of-${count}.safetensors`;
    return {
      files: files.map((entries, i) => fileLayout(path(i), entries, options.metadata)),
      sidecars: [{ path: "model.safetensors.index.json", bytes: Buffer.from(indexJson(files, path)) }],
    };
  },
};

function splitFiles(tensors: readonly OutputTensor[], fileBytes: number): Entry[][] {
  const files: Entry[][] = [];
  let room = -1;
  tensors.forEach((tensor, index) => {
    const size = nbytes(tensor);
    if (size > room || files.length === 0) {
      files.push([]);
      room = fileBytes;
    }
    files.at(-1)?.push({ tensor, index, nbytes: size });
    room -= size;
  });
  return files;
}

/** Largest items first, then by name: with a header padded to 8 bytes every tensor starts aligned to its items. */
function inFileOrder(a: Entry, b: Entry): number {
  const rank = (RANK.get(b.tensor.dtype) ?? 0) - (RANK.get(a.tensor.dtype) ?? 0);
  return rank === 0 ? compareNames(a.tensor.name, b.tensor.name) : rank;
}

function fileLayout(
  path: string,
  entries: readonly Entry[],
  metadata: Readonly<Record<string, string>>,
): FileLayout {
  const sorted = [...entries].sort(inFileOrder);
  const header = headerBytes(path, sorted, metadata);
  const parts: LayoutPart[] = [{ kind: "literal", bytes: header, fills: [] }];
  let size = header.length;
  for (const entry of sorted) {
    parts.push({ kind: "tensor", tensor: entry.index, nbytes: entry.nbytes, aliases: [] });
    size += entry.nbytes;
  }
  return { path, size, parts };
}

function headerBytes(
  path: string,
  sorted: readonly Entry[],
  metadata: Readonly<Record<string, string>>,
): Uint8Array {
  // transformers refuses files whose metadata does not say "pt", so a source's own value never stands.
  const given = Object.entries(metadata).filter(([key]) => key !== "format");
  given.sort(([a], [b]) => compareNames(a, b));
  const pairs = [["format", "pt"], ...given].map(([k, v]) => `${JSON.stringify(k)}:${JSON.stringify(v)}`);
  const members = [`"__metadata__":{${pairs.join(",")}}`];
  let offset = 0;
  for (const { tensor, nbytes: size } of sorted) {
    if (tensor.name === "__metadata__") {
      throw new CheckpointIncompatibleError("safetensors cannot hold a tensor named __metadata__", {
        code: "NAME_RESERVED",
        remedy: "Use output.format=torch.",
      });
    }
    const offsets = `[${offset},${offset + size}]`;
    members.push(
      `${JSON.stringify(tensor.name)}:{"dtype":"${tensor.dtype}","shape":[${tensor.shape.join(",")}],"data_offsets":${offsets}}`,
    );
    offset += size;
  }
  const json = Buffer.from(`{${members.join(",")}}`);
  const padded = Math.ceil(json.length / 8) * 8;
  if (padded > HEADER_BYTES) {
    const message = `safetensors: the header of ${path} would take ${padded} bytes, readers stop at ${HEADER_BYTES}`;
    throw new CheckpointIncompatibleError(message, {
      code: "ST_HEADER_TOO_LARGE",
      remedy: "Lower output.file_bytes or use output.format=torch.",
    });
  }
  const bytes = Buffer.alloc(8 + padded, 0x20);
  bytes.writeBigUInt64LE(BigInt(padded), 0);
  json.copy(bytes, 8);
  return bytes;
}

/** As transformers writes it: two blanks of indent, keys sorted. */
function indexJson(files: readonly (readonly Entry[])[], path: (i: number) => string): string {
  const entries = files.flatMap((file, i) => file.map((e) => ({ ...e, path: path(i) })));
  entries.sort((a, b) => compareNames(a.tensor.name, b.tensor.name));
  const total = entries.reduce((n, e) => n + e.nbytes, 0);
  const lines = entries.map((e) => `    ${JSON.stringify(e.tensor.name)}: ${JSON.stringify(e.path)}`);
  return `{\n  "metadata": {\n    "total_size": ${total}\n  },\n  "weight_map": {\n${lines.join(",\n")}\n  }\n}\n`;
}
