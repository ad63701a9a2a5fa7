/** `drydock inspect URI`: what a checkpoint holds, from its headers; no payload is read and nothing is executed. */
import { toInspectJson } from "@drydock/formats";
import type { Command } from "commander";
import { openAt } from "../inspect/open.ts";
import { inspectText } from "../inspect/text.ts";

export function inspectCommand(program: Command): void {
  program
    .command("inspect")
    .description("show what a checkpoint holds: keys, shapes, dtypes, training state")
    .argument("<uri>", "path or URI of a checkpoint or its folder (file:, s3:, https:)")
    .option("--json", "as JSON, which `target:` in a pipeline accepts too")
    .addHelpText(
      "after",
      `
Only headers are read, and a pickle is never executed.

Examples:
  drydock inspect ./pretrained.ckpt
  drydock inspect s3://models/target/init.ckpt --json > target.json`,
    )
    .action(async (uri: string, options: { readonly json?: boolean }, command: Command) => {
      const { name, sizeBytes, index } = await openAt(uri);
      const json = options.json ?? command.optsWithGlobals<{ json?: boolean }>().json;
      const text = json
        ? JSON.stringify(toInspectJson(index), null, 2)
        : inspectText(name, sizeBytes, index).join("\n");
      process.stdout.write(`${text}\n`);
    });
}
