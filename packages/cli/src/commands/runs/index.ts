/** `drydock runs`: the commands about runs that are there. */
import type { Command } from "commander";
import { cancelCommand } from "./cancel.ts";
import { lsCommand } from "./ls.ts";
import { retryCommand } from "./retry.ts";
import { showCommand } from "./show.ts";
import { traceCommand } from "./trace.ts";

export function runsCommand(program: Command): void {
  const runs = program
    .command("runs")
    .description("list, look at, cancel and repeat runs")
    .addHelpText("after", "\nExample:\n  drydock runs ls");
  lsCommand(runs);
  showCommand(runs);
  cancelCommand(runs);
  retryCommand(runs);
  traceCommand(runs);
}
