/**
 * The runs' logs: one subject per run, the truth about it.
 * L1 an append names the sequence it follows; of several at once the server stores one, the others learn "conflict".
 * L2 the last event is read through the stream's leader: a follower may be behind, and a stale state would only lose
 *    the next compare-and-set, but "no such run" would start a second one.
 */
import { sha256Hex } from "@drydock/checkpoint";
import type { Bus } from "./connect.ts";
import { apiCode, patiently, publish, WRONG_LAST_SEQUENCE } from "./publish.ts";
import { readAndFollow, readStored, type StoredMessage } from "./read.ts";
import { subjects } from "./subjects.ts";

/** One event of a run's log; `data` is an encoded RunEvent, `timeMs` the server's. */
export interface RunEntry {
  readonly runId: string;
  readonly seq: number;
  readonly timeMs: number;
  readonly data: Uint8Array;
}

export type Append = { readonly kind: "appended"; readonly seq: number } | { readonly kind: "conflict" };

/** L1. expectedSeq: of the run's last event as the caller knows it, 0 when it has none. */
export async function appendRun(
  bus: Bus,
  runId: string,
  data: Uint8Array,
  expectedSeq: number,
  options: { readonly deadlineMs?: number; readonly signal?: AbortSignal } = {},
): Promise<Append> {
  // Derived: an append whose answer was lost is recognised, by whichever coordinator repeats it.
  const msgId = `${runId}.${expectedSeq}.${sha256Hex(data).slice(0, 24)}`;
  try {
    const ack = await publish(bus, subjects.run(runId), data, { ...options, expectLast: expectedSeq, msgId });
    return { kind: "appended", seq: ack.seq };
  } catch (error) {
    if (apiCode(error) !== WRONG_LAST_SEQUENCE) throw error;
  }
  // 2.9 looks for the message id before the sequence, newer servers after it: then our own earlier try is the conflict.
  const last = await patiently(bus, () =>
    bus.jsm.streams.getMessage("RUNS", { last_by_subj: subjects.run(runId) }),
  );
  return last?.header.get("Nats-Msg-Id") === msgId
    ? { kind: "appended", seq: last.seq }
    : { kind: "conflict" };
}

/** L2. */
export async function lastRun(bus: Bus, runId: string): Promise<RunEntry | undefined> {
  const found = await patiently(bus, () =>
    bus.jsm.streams.getMessage("RUNS", { last_by_subj: subjects.run(runId) }),
  );
  return found === null
    ? undefined
    : { runId, seq: found.seq, timeMs: found.time.getTime(), data: found.data };
}

/** The event at one sequence, such as RunEvent.snapshotSeq; undefined when it is gone. */
export async function runEntryAt(bus: Bus, seq: number): Promise<RunEntry | undefined> {
  const found = await patiently(bus, () => bus.jsm.streams.getMessage("RUNS", { seq }));
  return found === null
    ? undefined
    : { runId: found.subject.slice(4), seq: found.seq, timeMs: found.time.getTime(), data: found.data };
}

/** All events of one run that are stored now, oldest first. */
export async function* readRun(
  bus: Bus,
  runId: string,
  options: { readonly from?: number; readonly signal?: AbortSignal } = {},
): AsyncGenerator<RunEntry> {
  for await (const message of readStored(bus, "RUNS", subjects.run(runId), options)) yield entry(message);
}

/** The last event of every run, oldest first. */
export async function listRuns(bus: Bus): Promise<RunEntry[]> {
  const runs: RunEntry[] = [];
  for await (const message of readStored(bus, "RUNS", "run.*", { lastOfEach: true }))
    runs.push(entry(message));
  return runs;
}

/** The last event of every run, then each new one, until the signal aborts. Survives restarts of the server. */
export async function* watchRuns(bus: Bus, signal: AbortSignal): AsyncGenerator<RunEntry> {
  for await (const m of readAndFollow(bus, "RUNS", "run.*", { lastOfEach: true, signal })) yield entry(m);
}

/** Every event of one run, then each new one, until the signal aborts. Survives restarts of the server. */
export async function* watchRun(
  bus: Bus,
  runId: string,
  signal: AbortSignal,
  options: { readonly from?: number } = {},
): AsyncGenerator<RunEntry> {
  for await (const m of readAndFollow(bus, "RUNS", subjects.run(runId), { ...options, signal }))
    yield entry(m);
}

function entry(message: StoredMessage): RunEntry {
  const { seq, timeMs, data, subject } = message;
  return { runId: subject.slice("run.".length), seq, timeMs, data };
}
