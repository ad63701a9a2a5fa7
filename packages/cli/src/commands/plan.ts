/** `drydock plan`: the report without moving payload. */
import type { Command } from "commander";
import { pipelineInput } from "../pipeline-input.ts";
import { withBus } from "../session.ts";
import { submitAndFollow } from "./run.ts";

export function planCommand(program: Command): void {
  program
    .command("plan")
    .description("show what a run would take, skip, change and write; only headers are read")
    .argument("[words...]", "a pipeline file (YAML or JSON), and key=value, +key=value, ~key overrides")
    .option("--json", "one JSON object per line; the last is the complete report")
    .option("--key <key>", "name of the plan's run")
    .addHelpText(
      "after",
      `
Examples:
  drydock plan pipeline.yaml
  drydock plan pipeline.yaml checkpoint.loading.strict=false --json | tail -1`,
    )
    .action(
      async (
        words: string[],
        options: { readonly json?: boolean; readonly key?: string },
        command: Command,
      ) => {
        const { json } = await pipelineInput(words);
        await withBus(command, (session) =>
          submitAndFollow(session, { pipelineJson: json, planOnly: true }, options),
        );
      },
    );
}
