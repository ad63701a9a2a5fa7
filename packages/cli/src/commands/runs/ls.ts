/** `drydock runs ls`. */
import { serverNow } from "@drydock/bus";
import { listRuns } from "@drydock/client";
import type { Command } from "commander";
import { printJson, printLines } from "../../output.ts";
import { runsTable } from "../../render/runs-table.ts";
import { withBus } from "../../session.ts";
import { runJson } from "./show.ts";

const NEWEST = 30;

export function lsCommand(runs: Command): void {
  runs
    .command("ls")
    .description("list runs, the newest first")
    .option("--all", `all that are kept, not the newest ${NEWEST}`)
    .option("--json", "one JSON object per run and line")
    .addHelpText("after", "\nExample:\n  drydock runs ls --all")
    .action((options: { readonly all?: boolean; readonly json?: boolean }, command: Command) =>
      withBus(command, async ({ bus }) => {
        const all = await listRuns(bus);
        const views = options.all ? all : all.slice(0, NEWEST);
        if (options.json) for (const view of views) printJson(runJson(view));
        else {
          printLines(runsTable(views, await serverNow(bus)));
          if (all.length > views.length) printLines([`… ${all.length - views.length} older (--all)`]);
        }
      }),
    );
}
