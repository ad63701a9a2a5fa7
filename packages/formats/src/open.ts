import { type ByteSource, CheckpointLoadError, CheckpointNotFoundError } from "@drydock/checkpoint";
import type { CheckpointIndex, OpenOptions } from "./format.ts";
import { readers } from "./readers.ts";
import { foreignFormat } from "./recognise.ts";

/** What a reader is shown first: a safetensors header or a small pickle often lies in it, a tar tells itself by 512. */
const FIRST_BYTES = 64 * 1024;

/**
 * The index of a checkpoint: names, types, shapes and where the bytes are. `objects` maps the path of each object inside
 * the input ("" for a single file) to its bytes; their content decides the format, never their names. Reads headers
 * only. Throws CheckpointLoadError UNKNOWN_FORMAT, or that of the reader.
 */
export async function openCheckpoint(
  objects: ReadonlyMap<string, ByteSource>,
  options: OpenOptions,
): Promise<CheckpointIndex> {
  const [first] = objects;
  if (first === undefined) throw new CheckpointNotFoundError("the checkpoint has no files");
  const [path, source] = first;
  const firstBytes = await source.read(0, Math.min(source.size, FIRST_BYTES), options.signal);
  options.progress?.(firstBytes.length, 0);
  const opened = new Map(objects).set(path, startingWith(firstBytes, source));
  const reader = readers().find((r) => r.recognises(opened, firstBytes));
  if (reader !== undefined) return await reader.open(opened, options);
  const file = path === "" ? source.name : path;
  throw unknownFormat(file, source.size, firstBytes);
}

/** Serves what was read already without asking again. */
function startingWith(first: Uint8Array, source: ByteSource): ByteSource {
  return {
    size: source.size,
    name: source.name,
    read: async (start, end, signal) =>
      end <= first.length && start <= end
        ? first.subarray(start, end)
        : await source.read(start, end, signal),
  };
}

function unknownFormat(file: string, size: number, firstBytes: Uint8Array): CheckpointLoadError {
  const known = readers()
    .map((r) => r.name)
    .join(", ");
  const details = { file, size, offset: 0 };
  if (size === 0) {
    return new CheckpointLoadError(`${file}: the file is empty`, { code: "UNKNOWN_FORMAT", details });
  }
  const foreign = foreignFormat(firstBytes);
  if (foreign !== undefined) {
    return new CheckpointLoadError(
      `${file}: ${foreign.what} is recognised but not supported; read are ${known}`,
      {
        code: "UNKNOWN_FORMAT",
        details: { ...details, format: foreign.name },
        remedy: foreign.remedy,
      },
    );
  }
  const hex = Buffer.from(firstBytes.subarray(0, 8)).toString("hex");
  return new CheckpointLoadError(`${file}: begins with ${hex}, which is no format that is read (${known})`, {
    code: "UNKNOWN_FORMAT",
    details,
  });
}
