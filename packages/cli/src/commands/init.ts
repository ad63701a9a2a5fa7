/** `drydock init`: a commented pipeline to start from. */
import { PIPELINE_TEMPLATE } from "@drydock/planning/pipeline";
import type { Command } from "commander";

export function initCommand(program: Command): void {
  program
    .command("init")
    .description("print a commented pipeline with every key and its default")
    .addHelpText(
      "after",
      `
Example:
  drydock init > pipeline.yaml`,
    )
    .action(() => {
      process.stdout.write(PIPELINE_TEMPLATE);
    });
}
