/** `drydock nodes`: who is there to work. */
import { listNodes } from "@drydock/bus";
import type { Command } from "commander";
import { printJson, printLines } from "../output.ts";
import { nodesTable } from "../render/runs-table.ts";
import { withBus } from "../session.ts";

export function nodesCommand(program: Command): void {
  program
    .command("nodes")
    .description("list the services that announce themselves, with their slots and kernels")
    .option("--json", "one JSON object per service and line")
    .addHelpText("after", "\nExample:\n  drydock nodes --nats nats://bus:4222")
    .action((options: { readonly json?: boolean }, command: Command) =>
      withBus(command, async ({ bus }) => {
        const { nowMs, nodes } = await listNodes(bus);
        if (options.json) {
          for (const { info, timeMs } of nodes) printJson({ ...info.toJSON(), seenMs: timeMs });
        } else printLines(nodesTable(nodes, nowMs));
      }),
    );
}
