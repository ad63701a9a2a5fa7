/** `drydock runs show`: one run, or revisions of its context. */
import { serverNow } from "@drydock/bus";
import { CheckpointConfigError } from "@drydock/checkpoint";
import { getContexts, getDetails, type RunView, requireRun } from "@drydock/client";
import type { Command } from "commander";
import { exitCodeOf } from "../../exit-code.ts";
import { printJson, printLines } from "../../output.ts";
import { contextDiff, contextJson } from "../../render/context-diff.ts";
import { resultJson } from "../../render/result.ts";
import { showLines } from "../../render/show.ts";
import { type Session, withBus } from "../../session.ts";

interface ShowOptions {
  readonly context?: string | true;
  readonly json?: boolean;
}

export function showCommand(runs: Command): void {
  runs
    .command("show")
    .description("show one run: stages, report, failure; what `run` printed at its end")
    .argument("<run>", "run id")
    .option("--context [rev[..rev]]", "the context after a stage, or what changed between two revisions")
    .option("--json", "as one JSON object")
    .addHelpText(
      "after",
      `
Examples:
  drydock runs show r0123456789abcdef0123
  drydock runs show r0123456789abcdef0123 --context 1..3`,
    )
    .action((runId: string, options: ShowOptions, command: Command) =>
      withBus(command, async (session) => {
        if (options.context === undefined) await show(session, runId, options.json === true);
        else await showContext(session, runId, options.context, options.json === true);
      }),
    );
}

async function show({ bus, suffix }: Session, runId: string, json: boolean): Promise<void> {
  const view = await requireRun(bus, runId);
  const details = await getDetails(bus, view);
  if (json) printJson({ ...runJson(view), ...resultJson(view, details, exitCodeOf(view)), type: "run" });
  else printLines(showLines(view, details, await serverNow(bus), suffix));
}

async function showContext(
  { bus }: Session,
  runId: string,
  wanted: string | true,
  json: boolean,
): Promise<void> {
  await requireRun(bus, runId);
  const contexts = await getContexts(bus, runId);
  const newest = contexts.at(-1)?.revision ?? 0;
  const [from, to] = revisions(wanted === true ? String(newest) : wanted);
  const at = (revision: number): Record<string, unknown> => {
    const context = contexts.find((c) => c.revision === revision);
    if (context !== undefined) return contextJson(context);
    const there = contexts.map((c) => c.revision).join(", ");
    throw new CheckpointConfigError([
      {
        path: "--context",
        message: `run ${runId} has no revision ${revision} (there are: ${there || "none"})`,
      },
    ]);
  };
  if (to === undefined) {
    if (json) printJson(at(from));
    else printLines(JSON.stringify(at(from), null, 2).split("\n"));
    return;
  }
  const [before, after] = [at(from), at(to)];
  if (json) printJson({ from: before, to: after });
  else printLines(contextDiff(before, after));
}

function revisions(text: string): readonly [number, number | undefined] {
  const match = /^(\d+)(?:\.\.(\d+))?$/.exec(text);
  if (match === null) {
    throw new CheckpointConfigError([
      { path: "--context", message: `"${text}" is no revision; write 2, or 1..3 for what changed` },
    ]);
  }
  return [Number(match[1]), match[2] === undefined ? undefined : Number(match[2])];
}

/** A run for programs, without its encoded context and its spans. */
export function runJson(view: RunView): Record<string, unknown> {
  const { runId, key, phase, outcome, outputUri, startedMs, endedMs, stages, failure, retryOf } = view;
  return { run: runId, key, phase, outcome, output: outputUri, startedMs, endedMs, stages, failure, retryOf };
}
