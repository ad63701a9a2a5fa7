/** `drydock dead replay`: the same bytes to the same subject again. */
import { getDead, replayDead } from "@drydock/bus";
import type { Command } from "commander";
import { printLines } from "../../output.ts";
import { withBus } from "../../session.ts";
import { sequence } from "./sequence.ts";
import { noLetter } from "./show.ts";

export function replayCommand(dead: Command): void {
  dead
    .command("replay")
    .description("publish a dead letter again where it was published first; it stays in the list")
    .argument("<seq>", "number of the letter", sequence)
    .addHelpText("after", "\nExample:\n  drydock dead replay 12")
    .action((seq: number, _options: unknown, command: Command) =>
      withBus(command, async ({ bus }) => {
        const letter = await getDead(bus, seq);
        const stored = await replayDead(bus, seq);
        if (letter === undefined || stored === undefined) throw noLetter(seq);
        printLines([`published again on ${letter.subject}`]);
      }),
    );
}
