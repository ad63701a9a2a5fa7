/** `drydock runs cancel`: asks for the end and waits for it. */
import { waitDone } from "@drydock/bus";
import { CheckpointTimeoutError } from "@drydock/checkpoint";
import { cancelRun } from "@drydock/client";
import type { Command } from "commander";
import { printLines } from "../../output.ts";
import { withBus } from "../../session.ts";

const WITHIN_MS = 60_000;

export function cancelCommand(runs: Command): void {
  runs
    .command("cancel")
    .description("end a run; what it began at its output is removed")
    .argument("<run>", "run id")
    .option("--reason <text>", "kept in the run's log", "cancelled at the command line")
    .addHelpText("after", "\nExample:\n  drydock runs cancel r0123456789abcdef0123")
    .action((runId: string, options: { readonly reason: string }, command: Command) =>
      withBus(command, async ({ bus, suffix }) => {
        await cancelRun(bus, runId, options.reason);
        const end = await waitDone(bus, runId, AbortSignal.timeout(WITHIN_MS));
        if (end === undefined) {
          throw new CheckpointTimeoutError(`run ${runId} has not ended within ${WITHIN_MS / 1000} s`, {
            remedy: `The cancellation is stored; see drydock runs show ${runId}${suffix}`,
          });
        }
        printLines([`run ${runId} ended: ${end.data.outcome}`]);
      }),
    );
}
