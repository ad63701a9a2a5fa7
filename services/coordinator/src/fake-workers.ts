/** Plays fetcher, loader and transformer for the coordinator's tests: answers every task as told, and counts. */
import {
  announce,
  attemptId,
  type Bus,
  consumeTasks,
  type Outcome,
  type StageName,
  type TaskKey,
} from "@drydock/bus";
import type { drydock } from "@drydock/proto";

export interface FakeNode extends AsyncDisposable {
  readonly node: string;
  /** How often each attempt was begun. */
  readonly executions: Map<string, number>;
  /** Tasks begun, in order. */
  readonly tasks: drydock.v1.Task[];
  announce(): Promise<void>;
}

export interface FakeOptions {
  readonly node?: string;
  readonly shards?: number;
  readonly tailShards?: number;
  readonly slots?: number;
  /** Instead of the usual answer; undefined: the usual one. */
  readonly answer?: (
    key: TaskKey,
    task: drydock.v1.Task,
    signal: AbortSignal,
  ) => Outcome | undefined | Promise<Outcome | undefined>;
  readonly contextBytes?: number;
}

const STAGES: readonly StageName[] = ["acquire", "load", "transform", "stage", "build", "publish", "seal"];

export async function fakeNode(bus: Bus, options: FakeOptions = {}): Promise<FakeNode> {
  const node = options.node ?? "n1";
  const slots = options.slots ?? 4;
  const executions = new Map<string, number>();
  const tasks: drydock.v1.Task[] = [];
  const announceBoth = async (): Promise<void> => {
    await announce(bus, { node, service: "fetcher" });
    await announce(bus, { node, service: "transformer", slots: { build: slots }, kernelClasses: ["wasm-1"] });
  };
  await announceBoth();
  const workers = await Promise.all(
    STAGES.map((stage) =>
      consumeTasks(bus, {
        stage,
        targets: ["any", node],
        classes: [stage === "build" ? "wasm-1" : "c"],
        slots,
        node,
        ackWaitMs: 3_000,
        graceMs: 200,
        handler: async (task, { key, signal }) => {
          tasks.push(task);
          executions.set(attemptId(key), (executions.get(attemptId(key)) ?? 0) + 1);
          return (await options.answer?.(key, task, signal)) ?? { kind: "done", done: usual(key, options) };
        },
      }),
    ),
  );
  return {
    node,
    executions,
    tasks,
    announce: announceBoth,
    async [Symbol.asyncDispose]() {
      await Promise.all(workers.map((worker) => worker.drain()));
    },
  };
}

function usual({ stage, shard }: TaskKey, options: FakeOptions): drydock.v1.Done.$Properties {
  switch (stage) {
    case "acquire":
    case "load":
      return { context: new Uint8Array(options.contextBytes ?? 10) };
    case "transform":
      return {
        plan: {
          planDigest: "p",
          shards: options.shards ?? 1,
          tailShards: options.tailShards ?? 0,
          largestShardBytes: 1,
          kernelClass: "wasm-1",
        },
      };
    case "build":
      return { digest: `report ${shard}` };
    case "seal":
      return { digest: "manifest" };
    default:
      return {};
  }
}
