/** The command line as a whole: every command in the open, one file each. */
import { readFileSync } from "node:fs";
import { Command } from "commander";
import { deadCommand } from "./commands/dead/index.ts";
import { initCommand } from "./commands/init.ts";
import { inspectCommand } from "./commands/inspect.ts";
import { nodesCommand } from "./commands/nodes.ts";
import { planCommand } from "./commands/plan.ts";
import { NO_FILE_EXAMPLE, runCommand } from "./commands/run.ts";
import { runsCommand } from "./commands/runs/index.ts";
import { upCommand } from "./commands/up.ts";
import { waitCommand } from "./commands/wait.ts";
import { WIDTH, wrap } from "./render/text.ts";

/** Errors are thrown, never printed and exited upon; main.ts does both. */
export function buildProgram(): Command {
  const program = new Command("drydock")
    .description("Prepares model checkpoints: acquires, loads, transforms and seals them.")
    .version(version(), "--version")
    .option("--nats <url>", "server to use (default: NATS_URL, else services on this machine)")
    .configureHelp({ showGlobalOptions: true })
    .configureOutput({
      getOutHelpWidth: () => Math.min(WIDTH, process.stdout.columns || WIDTH),
      getErrHelpWidth: () => Math.min(WIDTH, process.stderr.columns || WIDTH),
      writeOut: (text) => process.stdout.write(helpText(text)),
    })
    .exitOverride()
    .addHelpText("before", `Shortest run, without any file:\n  ${NO_FILE_EXAMPLE}\n`)
    .addHelpText(
      "after",
      `
Exit codes: 0 done, 1 failed for good, 2 wrong usage or configuration,
3 transient trouble that outlasted the retries.

Examples:
  drydock init > pipeline.yaml
  drydock plan pipeline.yaml
  drydock run pipeline.yaml output.uri=./prepared`,
    );
  const commands = [
    runCommand,
    planCommand,
    initCommand,
    runsCommand,
    waitCommand,
    inspectCommand,
    nodesCommand,
    upCommand,
    deadCommand,
  ];
  for (const add of commands) add(program);
  return program;
}

/** Prose at the terminal's width, whoever wrote it; examples stay whole, for they are there to be copied. */
export function helpText(text: string): string {
  return text
    .split("\n")
    .flatMap((line) => (line.length <= WIDTH || line.startsWith("  drydock ") ? [line] : wrap(line)))
    .join("\n");
}

function version(): string {
  const file = new URL("../package.json", import.meta.url);
  const { version }: { version?: unknown } = JSON.parse(readFileSync(file, "utf8"));
  return String(version);
}
