/** `drydock dead ls`. */
import { type DeadLetter, listDead } from "@drydock/bus";
import type { Command } from "commander";
import { printJson, printLines } from "../../output.ts";
import { deadTable } from "../../render/runs-table.ts";
import { withBus } from "../../session.ts";

export function lsCommand(dead: Command): void {
  dead
    .command("ls")
    .description("list dead letters, the oldest first")
    .option("--json", "one JSON object per letter and line")
    .addHelpText("after", "\nExample:\n  drydock dead ls")
    .action((options: { readonly json?: boolean }, command: Command) =>
      withBus(command, async ({ bus }) => {
        const letters = await listDead(bus);
        if (options.json) for (const letter of letters) printJson(letterJson(letter));
        else printLines(deadTable(letters));
      }),
    );
}

/** The body as base64. */
export function letterJson({ data, ...letter }: DeadLetter): Record<string, unknown> {
  return { ...letter, body: Buffer.from(data).toString("base64") };
}
