/** `drydock dead show`. */
import { getDead } from "@drydock/bus";
import { CheckpointNotFoundError } from "@drydock/checkpoint";
import type { Command } from "commander";
import { printJson, printLines } from "../../output.ts";
import { deadLines } from "../../render/runs-table.ts";
import { withBus } from "../../session.ts";
import { letterJson } from "./ls.ts";
import { sequence } from "./sequence.ts";

export function showCommand(dead: Command): void {
  dead
    .command("show")
    .description("show one dead letter and why nobody could process it")
    .argument("<seq>", "number of the letter", sequence)
    .option("--json", "as JSON, the body as base64")
    .addHelpText("after", "\nExample:\n  drydock dead show 12")
    .action((seq: number, options: { readonly json?: boolean }, command: Command) =>
      withBus(command, async ({ bus, suffix }) => {
        const letter = await getDead(bus, seq);
        if (letter === undefined) throw noLetter(seq);
        if (options.json) printJson(letterJson(letter));
        else printLines(deadLines(letter, suffix));
      }),
    );
}

export function noLetter(seq: number): CheckpointNotFoundError {
  return new CheckpointNotFoundError(`there is no dead letter ${seq}`, {
    code: "DEAD_UNKNOWN",
    remedy: "See which there are: drydock dead ls",
  });
}
