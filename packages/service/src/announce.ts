/** Keeps a service's entry in the node inventory fresh, and takes it out at the end. */

import { ANNOUNCE_MS, announce, withdraw } from "@drydock/bus";
import { asCheckpointError } from "@drydock/checkpoint";
import type { drydock } from "@drydock/proto";
import type { CommonConfig } from "./config.ts";
import type { Running, ServiceContext } from "./run-service.ts";

/** Announces now and every ANNOUNCE_MS until stopped. */
export async function startAnnouncing(
  { bus, config, log, name }: ServiceContext<CommonConfig>,
  info: drydock.v1.NodeInfo.$Properties & { readonly node: string },
): Promise<Running> {
  const entry = { ...info, service: name, host: config.DRYDOCK_HOST, pid: process.pid, version: VERSION };
  await announce(bus, entry);
  const timer = setInterval(() => {
    announce(bus, entry).catch((error: unknown) =>
      log.warn(`announcing failed: ${asCheckpointError(error).message}`),
    );
  }, ANNOUNCE_MS);
  return {
    async stop() {
      clearInterval(timer);
      await withdraw(bus, info.node, name).catch(() => {
        // The entry expires by itself; a stop must not fail for it.
      });
    },
  };
}

/** Version of Drydock, as manifests and the inventory carry it. */
export const VERSION = "0.1.0";
