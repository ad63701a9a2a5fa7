/** `drydock runs trace`: where the time went, from the run's own log. */
import { requireRun, traceId, traceTree } from "@drydock/client";
import type { Command } from "commander";
import { printJson, printLines } from "../../output.ts";
import { traceLines } from "../../render/trace.ts";
import { withBus } from "../../session.ts";

export function traceCommand(runs: Command): void {
  runs
    .command("trace")
    .description("show a run's spans with their durations; needs no collector")
    .argument("<run>", "run id")
    .option("--json", "the whole tree as JSON")
    .addHelpText("after", "\nExample:\n  drydock runs trace r0123456789abcdef0123")
    .action((runId: string, options: { readonly json?: boolean }, command: Command) =>
      withBus(command, async ({ bus }) => {
        const view = await requireRun(bus, runId);
        const tree = traceTree(view);
        if (options.json) printJson({ traceId: traceId(view), ...tree });
        else printLines([`trace ${traceId(view) || "not begun"}`, ...traceLines(tree)]);
      }),
    );
}
