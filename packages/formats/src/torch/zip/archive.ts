/**
 * Opens a zip by ranges: its tail, the directory where that is longer, and no local header unless the layout is unknown.
 * What of the file lies in the tail anyway is checked as well, so a small file is checked whole.
 */
import type { ByteRange, ByteSource } from "@drydock/checkpoint";
import { type Fail, failure } from "../errors.ts";
import {
  CONCURRENT_READS,
  HEADER_RUN_BYTES,
  RUN_GAP_BYTES,
  SMALL_RECORD_BYTES,
  TAIL_BYTES,
} from "../limits.ts";
import { checkDirectoryPlace, type OpenEntry, readDirectory, type ZipEntry } from "./directory.ts";
import { readEnd } from "./end-record.ts";
import { LOCAL_BYTES } from "./header.ts";
import { provenStart } from "./layout.ts";
import { checkDescriptor, localStart } from "./local.ts";
import { recordContent } from "./record.ts";

export interface Zip {
  readonly file: string;
  /** By name, in the directory's order. */
  readonly entries: ReadonlyMap<string, ZipEntry>;
  /** The contents of entries, inflated and with their checksums verified. The caller has looked at their sizes. */
  read(entries: readonly ZipEntry[]): Promise<Buffer[]>;
}

/** torch's default; a file may state another in `.storage_alignment`. */
const ALIGNMENT = 64;
/** Padding is written in a field of at most 65,535 bytes. */
const MAX_ALIGNMENT = 65_536;

type Read = (start: number, end: number) => Promise<Buffer>;

/** `file` names the object in errors. Throws CheckpointLoadError with a code ZIP*. */
export async function openZip(source: ByteSource, file: string, signal?: AbortSignal): Promise<Zip> {
  const fail = failure("zip", file);
  const tailStart = Math.max(0, source.size - TAIL_BYTES);
  const tail = asBuffer(await source.read(tailStart, source.size, signal));
  const read: Read = async (start, end) =>
    start >= tailStart
      ? tail.subarray(start - tailStart, end - tailStart)
      : asBuffer(await source.read(start, end, signal));

  const place = readEnd(tail, tailStart, fail);
  checkDirectoryPlace(place, fail);
  const entries = readDirectory(await read(place.start, place.end), place, fail);
  const unproven = await prove(entries, read, fail);
  const apart = unproven.filter((entry) => entry.offset < tailStart);
  await readHeaders(apart, read, fail);
  for (const entry of entries) {
    if (entry.offset < tailStart) continue;
    const start = localStart(tail.subarray(entry.offset - tailStart), entry, fail);
    checkDescriptor(tail.subarray(start + entry.stored - tailStart, entry.next - tailStart), entry, fail);
    entry.start = start;
  }
  return {
    file,
    entries: new Map(entries.map((entry) => [entry.name, entry])),
    read: (wanted) => readRecords(wanted, read, fail),
  };
}

/** Sets the start of every entry whose layout the directory proves, and returns the others. */
async function prove(entries: readonly OpenEntry[], read: Read, fail: Fail): Promise<OpenEntry[]> {
  const rest = proveWith(entries, ALIGNMENT);
  const stated = entries.find((e) => /^[^/]+\/\.storage_alignment$/.test(e.name));
  if (rest.length === 0 || stated === undefined || stated.size > SMALL_RECORD_BYTES) return rest;
  // Nothing vouches for its neighbours yet: a record with more around it than padding is not read.
  if (stated.next - stated.offset > 2 * MAX_ALIGNMENT) return rest;
  const [text] = await readRecords([stated], read, fail);
  const alignment = Number(text?.toString("latin1"));
  if (!Number.isInteger(alignment) || alignment < 1 || alignment > MAX_ALIGNMENT) {
    const message = `.storage_alignment is ${JSON.stringify(text?.toString("latin1"))}, expected 1 to ${MAX_ALIGNMENT}`;
    throw fail("TORCH_ALIGNMENT_INVALID", message, stated.offset);
  }
  return proveWith(rest, alignment);
}

function proveWith(entries: readonly OpenEntry[], alignment: number): OpenEntry[] {
  return entries.filter((entry) => {
    const start = provenStart(entry, alignment);
    entry.start = start ?? 0;
    return start === undefined;
  });
}

/** Sets the start of each entry from its local header. */
async function readHeaders(entries: readonly OpenEntry[], read: Read, fail: Fail): Promise<void> {
  const spans = entries.map((entry) => ({
    start: entry.offset,
    end: entry.offset + LOCAL_BYTES + entry.nameBytes,
    item: entry,
  }));
  await inParallel(runsOf(spans, HEADER_RUN_BYTES), async (run) => {
    const bytes = await read(run.start, run.end);
    for (const { item: entry } of run.spans) {
      entry.start = localStart(bytes.subarray(entry.offset - run.start), entry, fail);
    }
  });
}

async function readRecords(entries: readonly ZipEntry[], read: Read, fail: Fail): Promise<Buffer[]> {
  const spans = entries.map((entry, item) => ({ start: entry.offset, end: entry.next, item }));
  const contents: Buffer[] = new Array(entries.length);
  await inParallel(runsOf(spans, Number.POSITIVE_INFINITY), async (run) => {
    const bytes = await read(run.start, run.end);
    for (const { start, end, item } of run.spans) {
      const entry = entries[item];
      if (entry !== undefined) {
        contents[item] = recordContent(bytes.subarray(start - run.start, end - run.start), entry, fail);
      }
    }
  });
  return contents;
}

interface Span<T> extends ByteRange {
  readonly item: T;
}

/** Spans that lie close together, to be read in one request of at most `maxBytes` unless one span is longer. */
function runsOf<T>(spans: readonly Span<T>[], maxBytes: number) {
  const runs: { readonly start: number; end: number; readonly spans: Span<T>[] }[] = [];
  for (const span of spans.toSorted((a, b) => a.start - b.start)) {
    const run = runs.at(-1);
    if (run !== undefined && span.start - run.end <= RUN_GAP_BYTES && span.end - run.start <= maxBytes) {
      run.end = span.end;
      run.spans.push(span);
    } else runs.push({ start: span.start, end: span.end, spans: [span] });
  }
  return runs;
}

/** A few at a time; after the first failure no more are begun, and it is thrown once those under way have ended. */
async function inParallel<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const queue = items.values();
  let failed: { readonly error: unknown } | undefined;
  const worker = async () => {
    for (const item of queue) {
      if (failed !== undefined) return;
      await work(item).catch((error: unknown) => {
        failed ??= { error };
      });
    }
  };
  await Promise.all(Array.from({ length: CONCURRENT_READS }, worker));
  if (failed !== undefined) throw failed.error;
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
