/**
 * Buckets: small state that several processes share.
 * V1 a create or update names the revision it follows, so of several at once one wins; creating the same value twice
 *    is one creation, so an answer that was lost may be asked for again.
 * V2 reads go to the leader: "it is not there" is a decision here.
 */
import { headers as newHeaders } from "@nats-io/transport-node";
import type { Bus } from "./connect.ts";
import { apiCode, patiently, publish, WRONG_LAST_SEQUENCE } from "./publish.ts";
import { readAndFollow, readStored, type StoredMessage } from "./read.ts";
import { type BucketName, bucketStream } from "./topology.ts";

export interface Entry {
  readonly key: string;
  readonly value: Uint8Array;
  readonly revision: number;
  /** When the server stored it, milliseconds. */
  readonly timeMs: number;
}

export interface Bucket {
  /** V2. */
  get(key: string): Promise<Entry | undefined>;
  /** Resolves to the revision. */
  put(key: string, value: Uint8Array): Promise<number>;
  /** V1. What the key holds afterwards: `won` when it is this value, else who was there first. */
  create(key: string, value: Uint8Array): Promise<{ readonly won: boolean; readonly entry: Entry }>;
  /** V1. The new revision, or undefined when the key has moved on. */
  update(key: string, value: Uint8Array, revision: number): Promise<number | undefined>;
  /** With a revision: only if the key still has it; resolves to whether it was removed. */
  remove(key: string, revision?: number): Promise<boolean>;
  /** All entries now; `filter` such as "node1.*" or "*.fetcher". */
  entries(filter?: string): Promise<Entry[]>;
  /** What is there, then each change (undefined value: removed), until the signal aborts. */
  watch(
    signal: AbortSignal,
    filter?: string,
  ): AsyncGenerator<Entry | { readonly key: string; readonly value?: undefined }>;
}

const OPERATION = "KV-Operation";

export function bucket(bus: Bus, name: BucketName): Bucket {
  const stream = bucketStream(name);
  const prefix = `$KV.${name}.`;

  const get = async (key: string): Promise<Entry | undefined> => {
    const found = await patiently(bus, () =>
      bus.jsm.streams.getMessage(stream, { last_by_subj: prefix + key }),
    );
    if (found === null || found.header?.has(OPERATION)) return undefined;
    return { key, value: found.data, revision: found.seq, timeMs: found.time.getTime() };
  };
  const write = async (key: string, value: Uint8Array, revision: number): Promise<number | undefined> => {
    try {
      return (await publish(bus, prefix + key, value, { expectLast: revision })).seq;
    } catch (error) {
      if (apiCode(error) !== WRONG_LAST_SEQUENCE) throw error;
      // V1: the conflict may be our own earlier try.
      const now = await get(key);
      return now !== undefined && now.revision > revision && same(now.value, value)
        ? now.revision
        : undefined;
    }
  };
  const entryOf = (message: StoredMessage): Entry | undefined =>
    message.headers?.has(OPERATION)
      ? undefined
      : {
          key: message.subject.slice(prefix.length),
          value: message.data,
          revision: message.seq,
          timeMs: message.timeMs,
        };

  return {
    get,
    put: async (key, value) => (await publish(bus, prefix + key, value)).seq,
    async create(key, value) {
      for (;;) {
        const before = await patiently(bus, () =>
          bus.jsm.streams.getMessage(stream, { last_by_subj: prefix + key }),
        );
        if (before !== null && !before.header?.has(OPERATION)) {
          const entry = { key, value: before.data, revision: before.seq, timeMs: before.time.getTime() };
          return { won: same(entry.value, value), entry };
        }
        // A removed key leaves a marker; it is that marker which a new entry follows.
        await write(key, value, before?.seq ?? 0);
      }
    },
    update: write,
    async remove(key, revision) {
      const headers = newHeaders();
      headers.set(OPERATION, "DEL");
      try {
        await publish(bus, prefix + key, new Uint8Array(), {
          headers,
          ...(revision === undefined ? {} : { expectLast: revision }),
        });
        return true;
      } catch (error) {
        if (apiCode(error) === WRONG_LAST_SEQUENCE) return false;
        throw error;
      }
    },
    async entries(filter = ">") {
      const found: Entry[] = [];
      for await (const message of readStored(bus, stream, prefix + filter, { lastOfEach: true })) {
        const entry = entryOf(message);
        if (entry !== undefined) found.push(entry);
      }
      return found;
    },
    async *watch(signal, filter = ">") {
      for await (const message of readAndFollow(bus, stream, prefix + filter, { lastOfEach: true, signal })) {
        yield entryOf(message) ?? { key: message.subject.slice(prefix.length) };
      }
    },
  };
}

function same(a: Uint8Array, b: Uint8Array): boolean {
  return Buffer.compare(a, b) === 0;
}
