/**
 * The language of the scenarios (scenarios/*.txt): events in, effects and the state in a few words out. A block is
 * commands, a line of dashes, and what came of them; blocks are parted by blank lines; # begins a remark.
 *
 *   submit [retries=N] [timeout=S] [host=NODE] [sync] [plan_only]
 *   building shards=N [...]           submit and plan, in one go; takes the words of submit and of done
 *   nodes NAME:SLOTS[:KERNELS] ...    who is there from now on; "nodes -" for nobody
 *   done TASK [confine=NODE] [shards=N tail=N kernels=K largest=BYTES] [sealed]
 *   fail TASK KIND [after=MS]
 *   tick | cancel REASON | lost NODE
 *   outstanding                       what a restarted coordinator would do
 * TASK is stage.shard.generation-attempt; "+MS" before a command lets the server's clock run first.
 */
import assert from "node:assert/strict";
import { decode } from "@drydock/bus";
import { drydock } from "@drydock/proto";
import { type Effect, taskId } from "./effects.ts";
import type { Done, RunEvent, TaskResult } from "./events.ts";
import { outstanding, step, tickChanges } from "./machine.ts";
import { stageFrom, stageTo } from "./parts-codec.ts";
import { DISCARD_GENERATION, type NodeView, type RunState, type Stage } from "./state.ts";
import { fromProto, toProto } from "./state-codec.ts";

const START_MS = 1_000_000;

/** The scenario with every block's outcome written anew. */
export function rewritten(text: string): string {
  const world = newWorld();
  const blocks = text.trimEnd().split(/\n{2,}/);
  return `${blocks.map((block) => rewriteBlock(world, block)).join("\n\n")}\n`;
}

function rewriteBlock(world: World, block: string): string {
  const [input = ""] = block.split(/^----$/m);
  const lines = input.trimEnd().split("\n");
  const commands = lines.filter((line) => line !== "" && !line.startsWith("#"));
  if (commands.length === 0) return block;
  const outcome = commands.flatMap((command) => run(world, command));
  return [...lines, "----", ...outcome, ...describe(world.state)].join("\n");
}

interface World {
  state: RunState | undefined;
  atMs: number;
  nodes: readonly NodeView[];
}

function newWorld(): World {
  return { state: undefined, atMs: START_MS, nodes: [view("n1:2")] };
}

function run(world: World, line: string): string[] {
  const words = line.split(/ +/);
  if (words[0]?.startsWith("+")) world.atMs += Number(words.shift());
  const [command, subject = "", ...rest] = words;
  const options = optionsOf([subject, ...rest]);
  switch (command) {
    case "submit":
      return apply(world, submitted(options));
    case "building":
      apply(world, submitted(options));
      for (const stage of ["acquire", "load"]) apply(world, done(`${stage}.0.1-1`, options));
      return apply(world, done("transform.0.1-1", options));
    case "nodes":
      world.nodes = subject === "-" ? [] : [subject, ...rest].map(view);
      return [];
    case "done":
      return apply(world, done(subject, options));
    case "fail":
      return apply(world, failed(subject, rest[0] ?? "", options));
    case "tick":
      return apply(world, { kind: "tick" });
    case "cancel":
      return apply(world, { kind: "cancel", reason: [subject, ...rest].join(" ") });
    case "lost":
      return apply(world, { kind: "node-lost", node: subject });
    case "outstanding":
      return world.state === undefined ? [] : outstanding(world.state).map(show);
    default:
      throw new Error(`scenario: no command in "${line}"`);
  }
}

type Bare<T> = T extends unknown ? Omit<T, "atMs" | "nodes"> : never;

/** Also holds, at every step of every scenario, what must hold at all of them. */
function apply(world: World, event: Bare<RunEvent>): string[] {
  const before = world.state;
  // The parts were taken from one member of the union.
  const whole = { ...event, atMs: world.atMs, nodes: world.nodes } as RunEvent;
  const { state, effects } = step(before, whole);
  if (state !== undefined) {
    const bytes = drydock.v1.RunState.encode(toProto(state)).finish();
    assert.deepEqual(fromProto(decode(drydock.v1.RunState, bytes)), state, "the state survives its snapshot");
    const derived = outstanding(state).map(show);
    for (const effect of effects)
      assert.ok(derived.includes(show(effect)), `C2: ${show(effect)} follows from state`);
    if (before !== undefined && event.kind === "tick") {
      assert.equal(tickChanges(before, world.atMs, world.nodes), state !== before, "C5");
    }
  }
  world.state = state;
  return state === before ? ["unchanged"] : effects.map(show);
}

type Options = Readonly<Record<string, string>>;

function optionsOf(words: readonly string[]): Options {
  return Object.fromEntries(words.map((word) => [word.split("=")[0] ?? "", word.split("=")[1] ?? "yes"]));
}

function submitted(options: Options): Bare<RunEvent> {
  return {
    kind: "submitted",
    runId: "r1",
    key: "k",
    pipelineDigest: "d",
    policy: {
      maxRetries: Number(options.retries ?? 3),
      timeoutMs: Number(options.timeout ?? 0) * 1_000,
      asyncExecution: options.sync === undefined,
      planOnly: options.plan_only !== undefined,
    },
    outputUri: "s3://out",
    host: options.host ?? "",
    context: Uint8Array.of(1),
    contextDigest: "",
    retryOf: "",
  };
}

function done(task: string, options: Options): Bare<RunEvent> {
  const plan = {
    planDigest: "p",
    shards: Number(options.shards ?? 0),
    tailShards: Number(options.tail ?? 0),
    inputBytes: 0,
    outputBytes: 0,
    largestShardBytes: Number(options.largest ?? 1),
    kernelClass: options.kernels ?? "wasm-1",
  };
  const outcome: Done = {
    kind: "done",
    context: new Uint8Array(),
    contextDigest: "",
    plan: options.shards === undefined ? undefined : plan,
    alreadySealed: options.sealed !== undefined,
    confineTo: options.confine ?? "",
    digest: task.startsWith("seal") ? "m" : "",
  };
  return { kind: "result", ...taskOf(task), outcome, bytesRead: 2, bytesWritten: 1 };
}

function failed(task: string, kind: string, options: Options): Bare<RunEvent> {
  const retryAfterMs = Number(options.after ?? 0);
  const failure = { kind, name: "E", message: `${task} failed`, detailsJson: "", remedy: "", retryAfterMs };
  return {
    kind: "result",
    ...taskOf(task),
    outcome: { kind: "failed", failure },
    bytesRead: 0,
    bytesWritten: 0,
  };
}

function taskOf(text: string): Pick<TaskResult, "stage" | "shard" | "generation" | "attempt"> {
  const [, stage, shard, generation, attempt] = /^(\w+)\.(\d+)\.(\d+)-(\d+)$/.exec(text) ?? [];
  // The round trip checks the name.
  const known = stageFrom(stageTo(stage as Stage));
  return { stage: known, shard: Number(shard), generation: Number(generation), attempt: Number(attempt) };
}

function view(text: string): NodeView {
  const [node = "", slots = "1", kernels = "wasm-1"] = text.split(":");
  return { node, buildSlots: Number(slots), kernelClasses: [kernels] };
}

function show(effect: Effect): string {
  switch (effect.kind) {
    case "dispatch":
      return `> ${effect.discard ? "discard by" : "dispatch"} ${taskId(effect)} to ${effect.target}/${effect.class}`;
    case "cancel-tasks":
      return `> cancel-tasks: ${effect.reason}`;
    case "release":
      return "> release";
    case "announce-end":
      return `> announce-end ${effect.outcome}${effect.manifestDigest === "" ? "" : ` ${effect.manifestDigest}`}`;
  }
}

function describe(state: RunState | undefined): string[] {
  if (state === undefined) return ["= no run"];
  const since = (ms: number): string => `+${ms - START_MS}`;
  const due = (task: { attempt: number; retryAtMs: number }): string =>
    task.retryAtMs === 0 ? "" : ` again ${since(task.retryAtMs)}`;
  const { phase, outcome, failure, failedStage, failedShard, waitingSinceMs, confineTo } = state;
  const head = [
    "=",
    phase,
    outcome,
    confineTo && `on ${confineTo}`,
    waitingSinceMs && `waits for a node since ${since(waitingSinceMs)}`,
  ];
  const units = state.units
    .filter((unit) => !unit.done && (unit.generation === DISCARD_GENERATION) === (phase === "discarding"))
    .map((unit) => `  ${unit.stage} ${unit.generation}-${unit.attempt}${due(unit)}`);
  const chains = state.chains.map((chain, i) => {
    const node = state.nodes[chain.node];
    const flags = [
      node && `@${node}`,
      chain.reported && "reported",
      chain.missing > 0 && `missing ${chain.missing}`,
    ];
    return `  ${i}: ${[chain.step, `${chain.generation}-${chain.attempt}`, ...flags].filter(Boolean).join(" ")}${due(chain)}`;
  });
  const why =
    failure && `  ${failedStage ? `${failedStage} ${failedShard} ` : ""}${failure.kind}: ${failure.message}`;
  const shown = phase === "ended" ? [] : phase === "building" ? chains : units;
  return [head.filter(Boolean).join(" "), ...(why ? [why] : []), ...shown];
}
