import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import type { Command } from "commander";
import { buildProgram, helpText } from "./program.ts";

function everyCommand(command: Command): Command[] {
  return [command, ...command.commands.flatMap(everyCommand)];
}

function helpOf(command: Command): string {
  let text = "";
  command.configureOutput({
    writeOut: (chunk) => {
      text += chunk;
    },
  });
  command.outputHelp();
  return helpText(text);
}

test("every command's help has an example and fits a terminal of 80 columns", () => {
  const commands = everyCommand(buildProgram());
  assert.ok(commands.length > 17);
  for (const command of commands) {
    const help = helpOf(command);
    assert.match(help, /Examples?:\n {2}drydock /, command.name());
    for (const line of help.split("\n")) {
      if (!line.startsWith("  drydock ")) assert.ok(line.length <= 80, `${command.name()}: ${line}`);
    }
  }
});

test("the run without a file comes first in the help", () => {
  assert.match(
    helpOf(buildProgram()),
    /^Shortest run, without any file:\n {2}drydock run checkpoint\.source=/,
  );
});

const main = fileURLToPath(new URL("main.ts", import.meta.url));
function drydock(...words: string[]): { status: number | null; stdout: string; stderr: string } {
  // No server there: what is wrong is said before anything is connected.
  const env = { ...process.env, NATS_URL: "nats://127.0.0.1:1" };
  return spawnSync(process.execPath, [main, ...words], { encoding: "utf8", env, timeout: 20_000 });
}

test("wrong usage ends with 2 and a guess, wrong pipelines with 2 and every mistake, before connecting", () => {
  const option = drydock("run", "--jsn");
  assert.deepEqual([option.status, option.stdout], [2, ""]);
  assert.match(option.stderr, /unknown option '--jsn'\n\(Did you mean --json\?\)/);

  const pipeline = drydock(
    "run",
    "checkpoint.source=/a.ckpt",
    "output.uri=/out",
    "output.format=no",
    "pipeline.max_retries=x",
  );
  assert.equal(pipeline.status, 2);
  assert.match(pipeline.stderr, /2 mistakes\n {2}output\.format: [^\n]+\n {2}pipeline\.max_retries: /);
});

test("a server that is not there is transient trouble: 3; help is none: 0", () => {
  const gone = drydock("nodes");
  assert.equal(gone.status, 3);
  assert.match(gone.stderr, /no NATS server answers at\s+nats:\/\/127\.0\.0\.1:1/);
  assert.equal(drydock("runs", "--help").status, 0);
});
