/**
 * Who is there. Announcements are watched, and their age is judged by the server's clock alone.
 * B1 a node can do shards while both its fetcher and its transformer announce themselves.
 * B2 silence counts from when this process began to listen: after a start or a reconnect it begins anew, or an outage
 *    of the bus would count as the loss of all nodes at once.
 */
import { type Bus, bucket, decode, NODE_TTL_MS } from "@drydock/bus";
import { drydock } from "@drydock/proto";
import type { NodeView } from "../state.ts";

type Service = { readonly info: drydock.v1.NodeInfo; readonly timeMs: number };

/** Withdrawn or expired entries are remembered this long, to know since when a node is missed. */
const FORGET_MS = 3_600_000;

export class NodeBoard {
  readonly #lostAfterMs: number;
  readonly #entries = new Map<string, Service>();
  /** Of each node that was able to work (B1): its older last word. */
  readonly #lastAbleMs = new Map<string, number>();
  #nowMs = 0;
  /** B2; 0 until the clock was first seen. */
  #watchingSinceMs = 0;

  constructor(lostAfterMs: number = NODE_TTL_MS) {
    this.#lostAfterMs = lostAfterMs;
  }

  /** Reads who is there, so that nobody is missed only because this process has just begun. */
  async open(bus: Bus): Promise<void> {
    for (const entry of await bucket(bus, "nodes").entries())
      this.#hear(entry.key, entry.value, entry.timeMs);
  }

  /** Follows the announcements until the signal aborts. */
  async watch(bus: Bus, signal: AbortSignal): Promise<void> {
    const forget = bus.onReconnect(() => {
      this.#watchingSinceMs = 0;
    });
    try {
      for await (const entry of bucket(bus, "nodes").watch(signal)) {
        if (entry.value === undefined) this.#entries.delete(entry.key);
        else this.#hear(entry.key, entry.value, entry.timeMs);
      }
    } finally {
      forget();
    }
  }

  #hear(key: string, value: Uint8Array, timeMs: number): void {
    this.#entries.set(key, { info: decode(drydock.v1.NodeInfo, value), timeMs });
    this.tell(timeMs);
  }

  /** The server's time as just seen; never goes back. */
  tell(nowMs: number): void {
    this.#nowMs = Math.max(this.#nowMs, nowMs);
    if (this.#watchingSinceMs === 0) this.#watchingSinceMs = this.#nowMs;
    for (const [node, services] of this.#able()) {
      this.#lastAbleMs.set(node, Math.min(...services.map((service) => service.timeMs)));
    }
    for (const [node, seenMs] of this.#lastAbleMs) {
      if (this.#nowMs - seenMs > FORGET_MS) this.#lastAbleMs.delete(node);
    }
    for (const [key, { timeMs }] of this.#entries) {
      if (this.#nowMs - timeMs > FORGET_MS) this.#entries.delete(key);
    }
  }

  /** Nodes that take new work. */
  views(): NodeView[] {
    const views: NodeView[] = [];
    for (const [node, services] of this.#able()) {
      if (services.some(({ info }) => info.draining)) continue;
      const transformer = services.find(({ info }) => info.service === "transformer")?.info;
      const buildSlots = transformer?.slots.build ?? 0;
      views.push({ node, buildSlots, kernelClasses: transformer?.kernelClasses ?? [] });
    }
    return views.sort((a, b) => (a.node < b.node ? -1 : 1));
  }

  /** As far as this process knows: it was silent for so long (B2). */
  isLost(node: string): boolean {
    if (this.#watchingSinceMs === 0 || this.#able().has(node)) return false;
    return this.#silentMs(this.#lastAbleMs.get(node) ?? 0) >= this.#lostAfterMs;
  }

  /** B1, draining ones included: they finish what they have. */
  #able(): Map<string, Service[]> {
    const nodes = new Map<string, Service[]>();
    for (const service of this.#entries.values()) {
      if (this.#silentMs(service.timeMs) >= this.#lostAfterMs) continue;
      if (service.info.service !== "fetcher" && service.info.service !== "transformer") continue;
      nodes.set(service.info.node, [...(nodes.get(service.info.node) ?? []), service]);
    }
    for (const [node, services] of nodes) {
      if (services.length < 2) nodes.delete(node);
    }
    return nodes;
  }

  /** B2. */
  #silentMs(lastWordMs: number): number {
    return this.#nowMs - Math.max(lastWordMs, this.#watchingSinceMs);
  }
}
