/**
 * Every subject, built and read in one place.
 * T2 a task's subject is its identity, so a second copy of a pending task is refused without any time limit.
 * T3 in a task's subject stage, target and class stand before the run, so that consumers filter by prefix and never
 *    overlap (a work queue refuses overlapping filters).
 */
import { CheckpointLoadError } from "@drydock/checkpoint";
import type { drydock } from "@drydock/proto";

export const STAGES = [
  "acquire",
  "load",
  "transform",
  "stage",
  "build",
  "publish",
  "seal",
  "deliver",
] as const;
export type StageName = (typeof STAGES)[number];

export function stageName(stage: drydock.v1.Stage | null | undefined): StageName {
  const name = STAGES[(stage ?? 0) - 1];
  if (name === undefined)
    throw new CheckpointLoadError(`bus: ${stage} is no stage`, { code: "BUS_UNDECODABLE" });
  return name;
}

export function stageOf(name: StageName): drydock.v1.Stage {
  // The enum counts the stages in this order from 1; a test compares both lists.
  return (STAGES.indexOf(name) + 1) as drydock.v1.Stage;
}

/** Identity of one attempt at one unit of work. */
export interface TaskKey {
  readonly runId: string;
  readonly stage: StageName;
  readonly shard: number;
  readonly generation: number;
  readonly attempt: number;
}

/** Who may take a task: any node or one, and of which class ("c", or a kernel class such as "wasm-1"). */
export interface Destination {
  readonly target: "any" | (string & {});
  readonly class: string;
}

const TOKEN = /^[A-Za-z0-9_-]{1,64}$/;

/** A subject token, or an error: a run id or node name with a dot would change who receives what. */
export function token(value: string, what: string): string {
  if (!TOKEN.test(value)) {
    throw new CheckpointLoadError(
      `bus: ${what} ${JSON.stringify(value.slice(0, 80))} is not 1 to 64 of A-Z a-z 0-9 _ -`,
      { kind: "config", code: "BUS_BAD_TOKEN" },
    );
  }
  return value;
}

const attemptTokens = (key: TaskKey): string =>
  `${token(key.runId, "run id")}.${key.shard}.${key.generation}-${key.attempt}`;

export function taskSubject(key: TaskKey, to: Destination): string {
  return `task.v1.${key.stage}.${token(to.target, "target")}.${token(to.class, "class")}.${attemptTokens(key)}`;
}

export function resultSubject(key: TaskKey): string {
  return `res.v1.${key.stage}.${attemptTokens(key)}`;
}

export function deadSubject(key: TaskKey): string {
  return `dlq.${key.stage}.${attemptTokens(key)}`;
}

/** The identity in a task's or result's subject; undefined when it holds none. */
export function parseKey(subject: string): TaskKey | undefined {
  const m = /^(?:task\.v1\.([a-z]+)\.[^.]+\.[^.]+|res\.v1\.([a-z]+))\.([^.]+)\.(\d+)\.(\d+)-(\d+)$/.exec(
    subject,
  );
  const stage = STAGES.find((s) => s === (m?.[1] ?? m?.[2]));
  const runId = m?.[3];
  if (m === null || stage === undefined || runId === undefined) return undefined;
  return { stage, runId, shard: Number(m[4]), generation: Number(m[5]), attempt: Number(m[6]) };
}

/** Derived, never random: what names the attempt in ids and spans. */
export function attemptId(key: TaskKey): string {
  return `${key.runId}.${key.stage}.${key.shard}.${key.generation}-${key.attempt}`;
}

export const subjects = {
  submit: "evt.v1.submit",
  cancel: "evt.v1.cancel",
  run: (runId: string): string => `run.${token(runId, "run id")}`,
  tasksOfRun: (runId: string): string => `task.v1.*.*.*.${token(runId, "run id")}.>`,
  feed: (runId: string, stage: StageName, shard: number): string =>
    `feed.${token(runId, "run id")}.${stage}.${shard}`,
  feedOfRun: (runId: string): string => `feed.${token(runId, "run id")}.>`,
  done: (runId: string): string => `done.${token(runId, "run id")}`,
  /** Core broadcast, no stream: reaches those at work; the ctl bucket reaches those not yet. */
  cancelled: (runId: string): string => `ctl.cancel.${token(runId, "run id")}`,
  anyCancelled: "ctl.cancel.*",
  /** Core broadcast after a task was stored: whoever has a free slot asks for it. */
  wake: (stage: StageName, to: Destination): string => `wake.v1.${stage}.${to.target}.${to.class}`,
} as const;
