/** What commands that talk to the bus share: the connection, and how their hints name it. */
import { type Bus, withoutCredentials } from "@drydock/bus";
import type { Command } from "commander";
import { connectOrEmbed } from "./embedded/index.ts";
import { printError } from "./output.ts";

export interface Session {
  readonly bus: Bus;
  /** Whether the services end with this command. */
  owns(): boolean;
  /** What a command printed for the user must carry to find the same server. */
  readonly suffix: string;
}

/** Connects (or starts the embedded set), works, and closes whatever it opened. */
export async function withBus<T>(command: Command, work: (session: Session) => Promise<T>): Promise<T> {
  const { nats } = command.optsWithGlobals<{ nats?: string }>();
  const connected = await connectOrEmbed({
    nats,
    env: process.env,
    stderr: (line) => printError(`drydock: ${line}`),
  });
  try {
    return await work({
      bus: connected.bus,
      owns: () => connected.owns(),
      suffix: nats === undefined ? "" : ` --nats ${withoutCredentials(nats)}`,
    });
  } finally {
    await connected.close();
  }
}
