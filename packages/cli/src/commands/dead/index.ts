/** `drydock dead`: messages that nobody could process. */
import type { Command } from "commander";
import { lsCommand } from "./ls.ts";
import { replayCommand } from "./replay.ts";
import { showCommand } from "./show.ts";

export function deadCommand(program: Command): void {
  const dead = program
    .command("dead")
    .description("list, look at and replay messages that nobody could process")
    .addHelpText("after", "\nExample:\n  drydock dead ls");
  lsCommand(dead);
  showCommand(dead);
  replayCommand(dead);
}
