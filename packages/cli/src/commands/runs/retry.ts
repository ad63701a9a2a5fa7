/** `drydock runs retry`: the same pipeline again, as a run of its own. */
import { retryRun } from "@drydock/client";
import type { Command } from "commander";
import { cancelOnInterrupt, followToEnd } from "../../follow-to-end.ts";
import { printError, printJson } from "../../output.ts";
import { withBus } from "../../session.ts";
import { refuseOwned, tellSubmitted } from "../run.ts";

interface RetryOptions {
  readonly detach?: boolean;
  readonly json?: boolean;
}

export function retryCommand(runs: Command): void {
  runs
    .command("retry")
    .description("run a finished run's pipeline again; what is cached or built already is not done twice")
    .argument("<run>", "run id")
    .option("--detach", "submit and leave")
    .option("--json", "one JSON object per line; the last is the result")
    .addHelpText("after", "\nExample:\n  drydock runs retry r0123456789abcdef0123")
    .action((runId: string, options: RetryOptions, command: Command) =>
      withBus(command, async (session) => {
        const json = options.json === true;
        if (options.detach) refuseOwned(session);
        const submitted = await retryRun(session.bus, runId, { submittedBy: "drydock-cli" });
        if (options.detach) {
          tellSubmitted(session, submitted, json);
          return;
        }
        if (json) printJson({ type: "submitted", run: submitted.runId, key: submitted.key, retryOf: runId });
        else printError(`run ${submitted.runId} repeats ${runId}`);
        process.exitCode = await cancelOnInterrupt(session, submitted.runId, () =>
          followToEnd(session, submitted.runId, { json }),
        );
      }),
    );
}
