/** Where the embedded set keeps its state: ${XDG_STATE_HOME:-~/.local/state}/drydock, for the user's eyes only. */
import { mkdirSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";

export interface EmbeddedPaths {
  readonly root: string;
  /** JetStream's store, nats.conf and the guard's files. */
  readonly nats: string;
  readonly cache: string;
  readonly staging: string;
  readonly logs: string;
  /** Held by the command that runs the set. */
  readonly ownerLock: string;
  /** Where the running set answers. */
  readonly ownerRecord: string;
}

/** The paths, their folders made. */
export function embeddedPaths(env: NodeJS.ProcessEnv): EmbeddedPaths {
  const root = join(env.XDG_STATE_HOME || join(homedir(), ".local", "state"), "drydock");
  const paths = {
    root,
    nats: join(root, "nats"),
    cache: join(root, "cache"),
    staging: join(root, "staging"),
    logs: join(root, "logs"),
    ownerLock: join(root, "owner.sqlite"),
    ownerRecord: join(root, "owner.json"),
  };
  for (const folder of [root, paths.nats, paths.cache, paths.staging, paths.logs]) {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
  }
  return paths;
}
