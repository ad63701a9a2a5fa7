/** `drydock run`: a pipeline from its words to its sealed output. */
import { CheckpointConfigError } from "@drydock/checkpoint";
import { deriveRunId, freshKey, submitRun } from "@drydock/client";
import type { Command } from "commander";
import { cancelOnInterrupt, followToEnd } from "../follow-to-end.ts";
import { printError, printJson, printLines } from "../output.ts";
import { pipelineInput } from "../pipeline-input.ts";
import { type Session, withBus } from "../session.ts";

interface RunOptions {
  readonly json?: boolean;
  readonly detach?: boolean;
  readonly key?: string;
}

export const NO_FILE_EXAMPLE = `drydock run checkpoint.source=./my.ckpt \\
    checkpoint.loading.type=weights_only output.uri=./out`;

export function runCommand(program: Command): void {
  program
    .command("run")
    .description("prepare a checkpoint: run a pipeline and wait for its sealed output")
    .argument("[words...]", "a pipeline file (YAML or JSON), and key=value, +key=value, ~key overrides")
    .option("--json", "one JSON object per line; the last is the result")
    .option("--detach", "submit and leave; the services go on (needs --nats or `drydock up`)")
    .option("--key <key>", "name of the run: the same key and pipeline again is the same run")
    .addHelpText("before", `Without any file:\n  ${NO_FILE_EXAMPLE}\n`)
    .addHelpText(
      "after",
      `
Without --nats and NATS_URL the bus and the services run on this machine, for as
long as the command. Ctrl-C cancels the run and waits for its end; twice leaves.

Exit codes: 0 done, 1 failed for good (or cancelled), 2 wrong usage or
configuration, 3 transient trouble that outlasted the retries.

Examples:
  drydock init > pipeline.yaml
  drydock run pipeline.yaml output.uri=./prepared/a output.if_exists=replace
  drydock run pipeline.yaml --nats nats://bus:4222 --detach --key nightly-7`,
    )
    .action(async (words: string[], options: RunOptions, command: Command) => {
      const { json } = await pipelineInput(words);
      await withBus(command, async (session) => {
        await submitAndFollow(session, { pipelineJson: json, planOnly: false }, options);
      });
    });
}

/** Shared with `plan`. Sets the exit code. */
export async function submitAndFollow(
  session: Session,
  what: { readonly pipelineJson: string; readonly planOnly: boolean },
  options: RunOptions,
): Promise<void> {
  const { json = false, detach = false, key = freshKey() } = options;
  if (key === "") throw new CheckpointConfigError([{ path: "--key", message: "is empty" }]);
  if (detach) refuseOwned(session);
  const submission = { ...what, key, submittedBy: "drydock-cli" };
  if (detach) {
    tellSubmitted(session, await submitRun(session.bus, submission), json);
    return;
  }
  process.exitCode = await cancelOnInterrupt(session, deriveRunId(key), async () => {
    const { runId, attached } = await submitRun(session.bus, submission);
    if (json) printJson({ type: "submitted", run: runId, key, attached });
    else printError(attached ? `attached to run ${runId}` : `run ${runId}`);
    return followToEnd(session, runId, { json });
  });
}

/** A run must not be left to services that end with this command. */
export function refuseOwned(session: Session): void {
  if (!session.owns()) return;
  throw new CheckpointConfigError(
    [{ path: "--detach", message: "the services would end with this command" }],
    {
      remedy: "Keep them running with `drydock up` in another terminal, or name a server with --nats URL.",
    },
  );
}

/** Where a run left to itself can be seen. */
export function tellSubmitted(
  { suffix }: Session,
  { runId, key, attached }: { readonly runId: string; readonly key: string; readonly attached: boolean },
  json: boolean,
): void {
  if (json) {
    printJson({ type: "submitted", run: runId, key, attached });
    return;
  }
  printLines([
    `run ${runId}${attached ? " (was there already)" : ""}`,
    `  wait:  drydock wait ${runId}${suffix}`,
    `  look:  drydock runs show ${runId}${suffix}`,
  ]);
}
