/** `drydock up`: the bus and all services on this machine, until stopped. */
import { CheckpointConfigError, CheckpointError } from "@drydock/checkpoint";
import type { Command } from "commander";
import { connectOrEmbed } from "../embedded/index.ts";

export function upCommand(program: Command): void {
  program
    .command("up")
    .description("run the bus and all services on this machine until stopped")
    .option(
      "--nats-port <port>",
      "port of the server on 127.0.0.1 (default: the last one, else a free one)",
      port,
    )
    .addHelpText(
      "after",
      `
Commands that are given no server use these services while they run. Outputs, caches and the runs' logs outlive them.

Examples:
  drydock up
  drydock up --nats-port 4222      then, elsewhere: NATS_URL=nats://127.0.0.1:4222 drydock run pipeline.yaml`,
    )
    .action(async (options: { readonly natsPort?: number }) => {
      await up(options.natsPort);
    });
}

async function up(natsPort: number | undefined): Promise<void> {
  const stop = new AbortController();
  const end = (): void => stop.abort();
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.once(signal, end);
  try {
    const say = (line: string): void => {
      process.stderr.write(`drydock: ${line}\n`);
    };
    // NATS_URL names somebody else's server; `up` is about this machine's.
    const { NATS_URL: _theirs, ...env } = process.env;
    const connected = await connectOrEmbed({ env, stderr: say, port: natsPort });
    try {
      if (!connected.owns()) {
        throw new CheckpointError(`another command runs the services already, at ${connected.url}`, {
          kind: "conflict",
          code: "EMBEDDED_OWNED",
          remedy: "use those, or stop that command first",
        });
      }
      process.stdout.write(
        [
          `Drydock runs at ${connected.url}`,
          "  submit here:        drydock run pipeline.yaml",
          `  from a program:     NATS_URL=${connected.url}`,
          "  see what is there:  drydock nodes",
          "  stop:               Ctrl-C",
          "",
        ].join("\n"),
      );
      const lost = await Promise.race([
        aborted(stop.signal),
        connected.bus.closed.then(() => "lost" as const),
      ]);
      if (lost === undefined) say("stopping");
    } finally {
      await connected.close();
    }
  } finally {
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.off(signal, end);
  }
}

function aborted(signal: AbortSignal): Promise<undefined> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve(undefined);
    else signal.addEventListener("abort", () => resolve(undefined), { once: true });
  });
}

function port(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1 || value > 65_535) {
    throw new CheckpointConfigError([
      { path: "--nats-port", message: `"${text}" is not a port from 1 to 65535` },
    ]);
  }
  return value;
}
