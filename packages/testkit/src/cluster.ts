/**
 * Drydock as it runs in production, on this machine: real service processes on a real nats-server, one folder per node.
 * Services that die are started again, as a kubelet would; faults are caused by signals and by DRYDOCK_CRASH_AT.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { type Bus, listNodes } from "@drydock/bus";

const ROOT = fileURLToPath(new URL("../../..", import.meta.url));

export type ServiceName = "coordinator" | "fetcher" | "loader" | "transformer";

export interface ClusterOptions {
  readonly natsUrl: string;
  /** Node names; each gets a fetcher, a loader and a transformer. */
  readonly nodes?: readonly string[];
  readonly coordinators?: number;
  /** For every service. */
  readonly env?: Readonly<Record<string, string>>;
  /** Restart what dies. */
  readonly supervise?: boolean;
}

export interface Member {
  readonly service: ServiceName;
  /** "" for coordinators. */
  readonly node: string;
  /** Running process, if any. */
  child: ChildProcess | undefined;
  env: Record<string, string>;
  /** How often it was started. */
  starts: number;
  /** Last lines of its log. */
  readonly log: string[];
  /** Gone for good: not restarted. */
  removed: boolean;
}

/** As in deploy/Dockerfile: without it V8 keeps tens of MiB for short-lived objects that the budgets do not have. */
const LEAN = ["--max-semi-space-size=1"];

/** Lines kept of each member's log, enough to see why a test failed. */
const LOG_LINES = 200;

export class Cluster {
  readonly dir: string;
  readonly members: Member[] = [];
  readonly #options: ClusterOptions;
  #stopping = false;

  constructor(options: ClusterOptions) {
    this.#options = options;
    this.dir = mkdtempSync(join(tmpdir(), "drydock-cluster-"));
    for (let i = 0; i < (options.coordinators ?? 1); i++) this.#add("coordinator", "");
    for (const node of options.nodes ?? ["n1"]) {
      for (const service of ["fetcher", "loader", "transformer"] as const) this.#add(service, node);
    }
  }

  /** Resolves when every node's three services have announced themselves; the logs say why when they do not. */
  async ready(bus: Bus, timeoutMs = 30_000): Promise<void> {
    const wanted = this.members.filter((m) => m.node !== "" && !m.removed).length;
    const until = performance.now() + timeoutMs;
    for (;;) {
      // The buckets exist once the first service is up.
      const nodes = await listNodes(bus).then(
        (found) => found.nodes,
        () => [],
      );
      if (nodes.length >= wanted) return;
      if (performance.now() > until) {
        throw new Error(
          `cluster: ${nodes.length} of ${wanted} services are up after ${timeoutMs} ms\n${this.logs()}`,
        );
      }
      await sleep(50);
    }
  }

  /** The member, or an error: tests name what exists. */
  member(service: ServiceName, node = service === "coordinator" ? "" : "n1"): Member {
    const found = this.members.find((m) => m.service === service && m.node === node);
    if (found === undefined) throw new Error(`cluster: no ${service} on node ${node}`);
    return found;
  }

  #add(service: ServiceName, node: string): void {
    const member: Member = { service, node, child: undefined, env: {}, starts: 0, log: [], removed: false };
    this.members.push(member);
    this.#spawn(member);
  }

  #spawn(member: Member): void {
    const home = join(this.dir, member.node === "" ? "coordinator" : member.node);
    member.starts += 1;
    const child = spawn(process.execPath, [...LEAN, join(ROOT, "services", member.service, "src/main.ts")], {
      stdio: ["pipe", "ignore", "pipe"],
      env: {
        ...process.env,
        MALLOC_ARENA_MAX: "1",
        NATS_URL: this.#options.natsUrl,
        DRYDOCK_STREAMS: "embedded",
        DRYDOCK_CONTROL_PIPE: "1",
        DRYDOCK_CACHE_DIR: join(home, "cache"),
        DRYDOCK_STAGING_DIR: join(home, "staging"),
        DRYDOCK_LEASE_S: "3",
        DRYDOCK_LOG_LEVEL: "info",
        ...this.#options.env,
        ...member.env,
      },
    });
    member.child = child;
    child.stderr?.setEncoding("utf8").on("data", (text: string) => {
      member.log.push(...text.split("\n").filter((line) => line !== ""));
      member.log.splice(0, Math.max(0, member.log.length - LOG_LINES));
    });
    child.once("exit", () => {
      if (member.child === child) {
        member.child = undefined;
        // A crash point fires once: the process that takes its place has none.
        member.env = {};
      }
      if (this.#options.supervise !== false && !this.#stopping && !member.removed) {
        setTimeout(() => {
          if (!this.#stopping && !member.removed && member.child === undefined) this.#spawn(member);
        }, 100);
      }
    });
  }

  /** Starts the member anew with these variables on top (such as DRYDOCK_CRASH_AT). */
  async restart(member: Member, env: Record<string, string> = {}): Promise<void> {
    member.env = env;
    const old = member.child;
    if (old !== undefined) {
      member.child = undefined;
      const gone = new Promise((resolve) => old.once("exit", resolve));
      old.kill("SIGKILL");
      await gone;
    }
    if (member.child === undefined) this.#spawn(member);
  }

  kill(member: Member, signal: NodeJS.Signals = "SIGKILL"): void {
    member.child?.kill(signal);
  }

  /** Takes a node away for good, its cache and staging too. */
  async loseNode(node: string): Promise<void> {
    const lost = this.members.filter((m) => m.node === node);
    await Promise.all(
      lost.map(async (m) => {
        m.removed = true;
        const child = m.child;
        if (child === undefined) return;
        const gone = new Promise((resolve) => child.once("exit", resolve));
        child.kill("SIGKILL");
        await gone;
      }),
    );
    rmSync(join(this.dir, node), { recursive: true, force: true });
  }

  /** Everything the members logged last, for a failing test's message. */
  logs(): string {
    return this.members
      .flatMap((m) => m.log.slice(-40).map((l) => `${m.service} ${m.node}: ${l}`))
      .join("\n");
  }

  async stop(): Promise<void> {
    this.#stopping = true;
    await Promise.all(
      this.members.map(async ({ child }) => {
        if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
        const gone = new Promise((resolve) => child.once("exit", resolve));
        child.stdin?.end();
        const timer = setTimeout(() => child.kill("SIGKILL"), 5000);
        await gone;
        clearTimeout(timer);
      }),
    );
    rmSync(this.dir, { recursive: true, force: true });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }
}
