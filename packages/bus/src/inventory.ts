/** Typed access to the buckets of pins, shard reports and nodes. */
import { CheckpointError, CheckpointValidationError, type Pin, type ShardReport } from "@drydock/checkpoint";
import { drydock } from "@drydock/proto";
import { decode, encode } from "./codec.ts";
import type { Bus } from "./connect.ts";
import { serverNow } from "./control.ts";
import { bucket } from "./kv.ts";
import { decodePin, encodePin } from "./pin-codec.ts";
import { decodeShardReport, encodeShardReport } from "./plan-codec.ts";
import { token } from "./subjects.ts";

const AT_ONCE = 64;

/** Stored under their ids. May be repeated. */
export async function putPins(bus: Bus, pins: readonly Pin[]): Promise<void> {
  const store = bucket(bus, "pins");
  await inBatches(pins, (pin) => store.put(pin.id, encodePin(pin)));
}

/** Throws CheckpointError "artifact-missing" when the pin is gone. */
export async function getPin(bus: Bus, id: string): Promise<Pin> {
  const entry = await bucket(bus, "pins").get(id);
  if (entry !== undefined) return decodePin(entry.value);
  throw new CheckpointError(`bus: pin ${id} is no longer there`, {
    kind: "artifact-missing",
    code: "BUS_PIN_MISSING",
    details: { pin: id },
    remedy: "Start the run again; it pins its inputs anew.",
  });
}

/** Written once: the same plan and shard always give the same report, so another one is an error. */
export async function putReport(bus: Bus, report: ShardReport): Promise<void> {
  const key = reportKey(report.planDigest, report.shard);
  const { won, entry } = await bucket(bus, "reports").create(key, encodeShardReport(report));
  if (won) return;
  const other = decodeShardReport(entry.value);
  throw new CheckpointValidationError(
    `bus: shard ${report.shard} gave sha256 ${report.sha256}, an earlier build of it gave ${other.sha256}`,
    {
      code: "BUS_REPORT_DIFFERS",
      details: { shard: report.shard, sha256: report.sha256, earlier: other.sha256 },
    },
  );
}

export async function getReport(
  bus: Bus,
  planDigest: string,
  shard: number,
): Promise<ShardReport | undefined> {
  const entry = await bucket(bus, "reports").get(reportKey(planDigest, shard));
  return entry === undefined ? undefined : decodeShardReport(entry.value);
}

/** Those there are, by shard. */
export async function listReports(bus: Bus, planDigest: string): Promise<Map<number, ShardReport>> {
  const entries = await bucket(bus, "reports").entries(`${token(planDigest, "plan digest")}.*`);
  return new Map(
    entries.map((entry) => decodeShardReport(entry.value)).map((report) => [report.shard, report]),
  );
}

function reportKey(planDigest: string, shard: number): string {
  return `${token(planDigest, "plan digest")}.${shard}`;
}

/** Announce again at least every ANNOUNCE_MS, or the entry expires. */
export const ANNOUNCE_MS = 10_000;
/** An entry older than this is a lost node, also on servers that have not removed it yet. */
export const NODE_TTL_MS = 30_000;

export interface NodeEntry {
  readonly info: drydock.v1.NodeInfo;
  /** Server time of the announcement. */
  readonly timeMs: number;
}

export async function announce(bus: Bus, info: drydock.v1.NodeInfo.$Properties): Promise<void> {
  await bucket(bus, "nodes").put(
    nodeKey(info.node ?? "", info.service ?? ""),
    encode(drydock.v1.NodeInfo, info),
  );
}

/** A service that ends says so, instead of being missed. */
export async function withdraw(bus: Bus, node: string, service: string): Promise<void> {
  await bucket(bus, "nodes").remove(nodeKey(node, service));
}

/** Who is there, and the server's time by which the entries' ages count. Expired ones are left out. */
export async function listNodes(
  bus: Bus,
): Promise<{ readonly nowMs: number; readonly nodes: readonly NodeEntry[] }> {
  const entries = await bucket(bus, "nodes").entries();
  const nowMs = await serverNow(bus);
  const nodes = entries
    .filter((entry) => nowMs - entry.timeMs < NODE_TTL_MS)
    .map((entry) => ({ info: decode(drydock.v1.NodeInfo, entry.value), timeMs: entry.timeMs }));
  return { nowMs, nodes };
}

function nodeKey(node: string, service: string): string {
  return `${token(node, "node")}.${token(service, "service")}`;
}

async function inBatches<T>(all: readonly T[], store: (one: T) => Promise<unknown>): Promise<void> {
  for (let i = 0; i < all.length; i += AT_ONCE) await Promise.all(all.slice(i, i + AT_ONCE).map(store));
}
