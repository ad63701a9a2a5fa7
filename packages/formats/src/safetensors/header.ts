/**
 * The safetensors header, checked once and fully (docs/formats/safetensors.md has the byte table).
 *
 * H1  Tensors tile the data from its first byte to its last: no hole, no overlap, nothing after.
 * H2  Each tensor's extent is exactly its shape × item size; every product is checked before it is used.
 * H3  No key of any object appears twice.
 */
import { CheckpointLoadError, type Dtype, isDtype, itemSize, type TensorSpec } from "@drydock/checkpoint";
import { type JsonCursor, type JsonProblem, jsonCursor, quoteName } from "./json.ts";
import { HEADER_BYTES, JSON_DEPTH, NAME_BYTES, RANK, TENSORS } from "./limits.ts";

/** A tensor and its bytes [start, end), relative to the first byte after the header. */
export interface HeaderTensor extends TensorSpec {
  readonly start: number;
  readonly end: number;
}

export interface SafetensorsHeader {
  /** In order of their bytes. */
  readonly tensors: readonly HeaderTensor[];
  readonly metadata: Readonly<Record<string, string>>;
}

const CODES: Readonly<Record<JsonProblem, string>> = {
  invalid: "ST_HEADER_INVALID",
  duplicate: "ST_DUPLICATE_KEY",
  overflow: "ST_OVERFLOW",
};

/** Bits per element of the types that pack several into a byte. No tensor of ours has such a type. */
const PACKED_BITS: ReadonlyMap<string, number> = new Map([
  ["F4", 4],
  ["F6_E2M3", 6],
  ["F6_E3M2", 6],
]);

/**
 * Length of the header in bytes from the first eight bytes of a file (fewer if the file has fewer).
 * Throws ST_HEADER_TRUNCATED or ST_HEADER_TOO_LARGE; the result fits the file.
 */
export function headerLength(first: Uint8Array, fileSize: number, file: string): number {
  if (fileSize < 8 || first.length < 8) {
    throw bad(file, "ST_HEADER_TRUNCATED", `file has ${fileSize} bytes, a header length takes 8`, 0);
  }
  const declared = new DataView(first.buffer, first.byteOffset, 8).getBigUint64(0, true);
  if (declared > BigInt(HEADER_BYTES)) {
    throw bad(file, "ST_HEADER_TOO_LARGE", `header of ${declared} bytes, the limit is ${HEADER_BYTES}`, 0);
  }
  const length = Number(declared);
  if (length + 8 > fileSize) {
    const message = `header ends at ${length + 8}, file has ${fileSize} bytes`;
    throw bad(file, "ST_HEADER_TRUNCATED", message, 0);
  }
  return length;
}

/**
 * Parses the header's JSON and checks it against the `dataBytes` that follow it. `file` names the file in errors.
 * Throws CheckpointLoadError with a code ST_* or LIMIT_*.
 */
export function parseHeader(json: Uint8Array, dataBytes: number, file: string): SafetensorsHeader {
  const cursor = jsonCursor(json, JSON_DEPTH, (problem, message, at) =>
    bad(file, CODES[problem], message, at + 8),
  );
  // The format demands "{" first; readers that skip blanks here take two files for one.
  if (json[0] !== 0x7b) throw bad(file, "ST_HEADER_INVALID", "header does not begin with {", 8);
  const tensors: HeaderTensor[] = [];
  let metadata: Record<string, string> = {};
  cursor.object((key) => {
    if (key === "__metadata__") metadata = readMetadata(cursor, file);
    else {
      if (tensors.length === TENSORS) throw bad(file, "LIMIT_TENSORS", `more than ${TENSORS} tensors`, 8);
      tensors.push(readTensor(cursor, key, file));
    }
  });
  cursor.end();
  tensors.sort((a, b) => a.start - b.start || a.end - b.end);
  checkTiling(tensors, dataBytes, file);
  return { tensors, metadata };
}

function readMetadata(cursor: JsonCursor, file: string): Record<string, string> {
  if (cursor.takeNull()) return {};
  const entries: [string, string][] = [];
  const strings = "__metadata__ must be an object of strings";
  if (cursor.peek() !== 0x7b) throw bad(file, "ST_METADATA_INVALID", strings, cursor.at + 8);
  cursor.object((key) => {
    if (cursor.peek() !== 0x22) throw bad(file, "ST_METADATA_INVALID", strings, cursor.at + 8);
    entries.push([key, cursor.string()]);
  });
  // fromEntries defines own properties: a key "__proto__" stays a key.
  return Object.fromEntries(entries);
}

function readTensor(cursor: JsonCursor, name: string, file: string): HeaderTensor {
  if (Buffer.byteLength(name) > NAME_BYTES) {
    const message = `name ${quoteName(name)} is longer than ${NAME_BYTES} bytes`;
    throw bad(file, "LIMIT_NAME", message, cursor.at + 8);
  }
  const at = cursor.at + 8;
  let dtype: string | undefined;
  let shape: number[] | undefined;
  let offsets: number[] | undefined;
  cursor.object((field) => {
    if (field === "dtype") dtype = cursor.string();
    else if (field === "shape") shape = readShape(cursor, name, file);
    else if (field === "data_offsets") offsets = readOffsets(cursor, name, file);
    else cursor.skip();
  });
  const [start, end] = offsets ?? [];
  if (dtype === undefined || shape === undefined || start === undefined || end === undefined) {
    const message = `tensor ${quoteName(name)} lacks dtype, shape or data_offsets`;
    throw bad(file, "ST_HEADER_INVALID", message, at);
  }
  const count = elements(shape, name, file);
  const known = knownDtype(dtype, count, name, file);
  if (start > end) {
    const message = `tensor ${quoteName(name)} ends at ${end}, before its start ${start}`;
    throw bad(file, "ST_OFFSETS_INVALID", message, at);
  }
  const expected = count * itemSize(known);
  if (!Number.isSafeInteger(expected)) throw overflow(shape, name, file);
  if (expected !== end - start) {
    const message = `tensor ${quoteName(name)} of shape [${shape.join(", ")}] and type ${known} takes ${expected} bytes, its offsets span ${end - start}`;
    throw bad(file, "ST_SHAPE_MISMATCH", message, at);
  }
  return { name, dtype: known, shape, start, end };
}

function readShape(cursor: JsonCursor, name: string, file: string): number[] {
  const shape: number[] = [];
  cursor.array(() => {
    if (shape.length === RANK) {
      const message = `tensor ${quoteName(name)} has more than ${RANK} dimensions`;
      throw bad(file, "LIMIT_RANK", message, cursor.at + 8);
    }
    shape.push(cursor.uint());
  });
  return shape;
}

function readOffsets(cursor: JsonCursor, name: string, file: string): number[] {
  const offsets: number[] = [];
  cursor.array((index) => {
    if (index < 2) offsets.push(cursor.uint());
    else throw bad(file, "ST_HEADER_INVALID", `tensor ${quoteName(name)} has three offsets`, cursor.at + 8);
  });
  return offsets;
}

function elements(shape: readonly number[], name: string, file: string): number {
  if (shape.includes(0)) return 0;
  const count = shape.reduce((n, d) => n * d, 1);
  if (!Number.isSafeInteger(count)) throw overflow(shape, name, file);
  return count;
}

function knownDtype(dtype: string, count: number, name: string, file: string): Dtype {
  if (isDtype(dtype)) return dtype;
  const bits = PACKED_BITS.get(dtype);
  if (bits !== undefined && (count * bits) % 8 !== 0) {
    const message = `tensor ${quoteName(name)}: ${count} elements of ${bits} bits do not fill whole bytes`;
    throw bad(file, "ST_MISALIGNED", message, 8);
  }
  const message = `tensor ${quoteName(name)} has type ${quoteName(dtype)}, which is not supported`;
  throw bad(file, "ST_DTYPE_UNSUPPORTED", message, 8);
}

/** H1. Tensors are sorted by start, so one running offset sees every hole and overlap. */
function checkTiling(tensors: readonly HeaderTensor[], dataBytes: number, file: string): void {
  let offset = 0;
  for (const { name, start, end } of tensors) {
    if (start !== offset) {
      const what = start > offset ? "leaves a hole" : "overlaps the one before it";
      const message = `tensor ${quoteName(name)} starts at ${start}, expected ${offset}: it ${what}`;
      throw bad(file, "ST_OFFSETS_INVALID", message, 8);
    }
    if (end > dataBytes) {
      const message = `tensor ${quoteName(name)} ends at ${end}, file has ${dataBytes} bytes of data`;
      throw bad(file, "ST_BUFFER_TRUNCATED", message, 8);
    }
    offset = end;
  }
  if (offset !== dataBytes) {
    const message = `the last tensor ends at ${offset}, file has ${dataBytes} bytes of data`;
    throw bad(file, "ST_TRAILING_DATA", message, 8);
  }
}

function overflow(shape: readonly number[], name: string, file: string): CheckpointLoadError {
  const message = `tensor ${quoteName(name)} of shape [${shape.join(", ")}] has more bytes than can be addressed`;
  return bad(file, "ST_OVERFLOW", message, 8);
}

/** `offset` counts from the start of the file. */
function bad(file: string, code: string, message: string, offset: number): CheckpointLoadError {
  return new CheckpointLoadError(`safetensors: ${file}: ${message}`, { code, details: { file, offset } });
}
