/** The command's process: runs the program, turns whatever ends it into lines and an exit code. */
import { asCheckpointError } from "@drydock/checkpoint";
import { CommanderError } from "commander";
import { exitCodeOfKind } from "./exit-code.ts";
import { printError } from "./output.ts";
import { buildProgram } from "./program.ts";
import { errorLines } from "./render/failure.ts";

// A reader that has seen enough (`drydock runs ls | head`) is no error.
process.stdout.on("error", (error: NodeJS.ErrnoException) => process.exit(error.code === "EPIPE" ? 0 : 1));

try {
  await buildProgram().parseAsync();
} catch (thrown) {
  // Commander has printed its own: a help or version that was asked for, or wrong usage.
  if (thrown instanceof CommanderError) process.exitCode = thrown.exitCode === 0 ? 0 : 2;
  else {
    const error = asCheckpointError(thrown);
    printError(...errorLines(error));
    if (error.kind === "internal" && process.env.DRYDOCK_DEBUG) printError(error.stack ?? "");
    // A bug here is nobody's transient trouble.
    process.exitCode = error.kind === "internal" ? 1 : exitCodeOfKind(error.kind);
  }
}
