import { type CheckpointReader, registerReader } from "@drydock/formats";
import { installPlugin, type PluginModule } from "@drydock/planning";
import {
  type CommonConfig,
  integer,
  loadPlugins,
  type Running,
  type ServiceContext,
  startAnnouncing,
  startWorkers,
} from "@drydock/service";
import { readNodeId } from "@drydock/store";
import { z } from "zod";
import { loadHandler } from "./handler.ts";

export const loaderConfig = {
  /** Holds the node's id; read only. */
  DRYDOCK_CACHE_DIR: z.string().default("/var/lib/drydock/cache"),
  /** Where this node's fetcher serves ranges. */
  DRYDOCK_FETCHER_URL: z.string().optional(),
  DRYDOCK_SLOTS_LOAD: integer(1, 1, 64),
};
export type LoaderConfig = CommonConfig & z.infer<z.ZodObject<typeof loaderConfig>>;

export async function startLoader(context: ServiceContext<LoaderConfig>): Promise<Running> {
  const { config, bus } = context;
  for (const { name, plugin } of await loadPlugins(config.DRYDOCK_PLUGINS)) {
    installPlugin(plugin as PluginModule, name); // checked there
    // The part that planning leaves to formats; installPlugin has checked the names.
    const readers = (plugin as { formats?: { readers?: Record<string, CheckpointReader> } }).formats?.readers;
    for (const reader of Object.values(readers ?? {})) registerReader(reader);
  }
  const node = await readNodeId(config.DRYDOCK_CACHE_DIR, context.signal);
  const gatewayUrl = config.DRYDOCK_FETCHER_URL ?? `unix:${config.DRYDOCK_CACHE_DIR}/fetcher.sock`;
  const workers = await startWorkers(context, node, [
    { stage: "load", slots: config.DRYDOCK_SLOTS_LOAD, handle: loadHandler({ bus, node, gatewayUrl }) },
  ]);
  const announced = await startAnnouncing(context, { node, slots: { load: config.DRYDOCK_SLOTS_LOAD } });
  return {
    async stop() {
      await announced.stop();
      await workers.stop();
    },
  };
}
