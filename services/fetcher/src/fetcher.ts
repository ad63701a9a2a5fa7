import { mkdir } from "node:fs/promises";
import { totalmem } from "node:os";
import { getPin } from "@drydock/bus";
import { installPlugin, type PluginModule } from "@drydock/planning/pipeline";
import {
  type CommonConfig,
  integer,
  list,
  loadPlugins,
  type Running,
  type ServiceContext,
  startAnnouncing,
  startWorkers,
} from "@drydock/service";
import { openNodeCache, registerSource, type Source, startGateway } from "@drydock/store";
import { z } from "zod";
import { acquireHandler } from "./acquire.ts";
import { readPinned } from "./bytes.ts";
import { publishHandler } from "./publish.ts";
import { sealHandler } from "./seal.ts";
import type { FetcherSetting } from "./setting.ts";
import { stageHandler } from "./stage.ts";

const GIB = 1024 ** 3;

export const fetcherConfig = {
  DRYDOCK_CACHE_DIR: z.string().default("/var/lib/drydock/cache"),
  DRYDOCK_STAGING_DIR: z.string().default("/var/lib/drydock/staging"),
  DRYDOCK_CACHE_BYTES: integer(100 * GIB, 1, Number.MAX_SAFE_INTEGER),
  /** Where this node's services reach it: unix:/path or http://host:port. */
  DRYDOCK_FETCHER_URL: z.string().optional(),
  /** Folders every node sees under the same path (Lustre, NFS). */
  DRYDOCK_SHARED_ROOTS: list(),
  /** Folders local sources and outputs may lie in; empty = anywhere this process may go. */
  DRYDOCK_LOCAL_ROOTS: list(),
  DRYDOCK_SLOTS_ACQUIRE: integer(2, 1, 64),
  DRYDOCK_SLOTS_STAGE: integer(2, 1, 64),
  DRYDOCK_SLOTS_PUBLISH: integer(2, 1, 64),
};
export type FetcherConfig = CommonConfig & z.infer<z.ZodObject<typeof fetcherConfig>>;

export async function startFetcher(context: ServiceContext<FetcherConfig>): Promise<Running> {
  const { config, bus, log } = context;
  for (const { name, plugin } of await loadPlugins(config.DRYDOCK_PLUGINS)) {
    installPlugin(plugin as PluginModule, name); // checked there
    // The opener beside the schema that installPlugin has checked.
    const sources = (plugin as { sources?: Record<string, { opener?: Source }> }).sources;
    for (const { opener } of Object.values(sources ?? {})) if (opener !== undefined) registerSource(opener);
  }
  const cacheDir = config.DRYDOCK_CACHE_DIR;
  await mkdir(config.DRYDOCK_STAGING_DIR, { recursive: true });
  const cache = await openNodeCache({ dir: cacheDir, maxBytes: config.DRYDOCK_CACHE_BYTES });
  const setting: FetcherSetting = {
    bus,
    cache,
    cacheDir,
    stagingDir: config.DRYDOCK_STAGING_DIR,
    sources: {
      nodeId: cache.nodeId,
      sharedRoots: config.DRYDOCK_SHARED_ROOTS,
      ...(config.DRYDOCK_LOCAL_ROOTS.length === 0 ? {} : { roots: config.DRYDOCK_LOCAL_ROOTS }),
    },
  };
  const url = config.DRYDOCK_FETCHER_URL ?? `unix:${cacheDir}/fetcher.sock`;
  const gateway = await startGateway({
    url,
    resolvePin: (id) => getPin(bus, id),
    read: (pin, start, end, signal) => readPinned(setting, pin, start, end, signal),
  });
  const slots = {
    acquire: config.DRYDOCK_SLOTS_ACQUIRE,
    stage: config.DRYDOCK_SLOTS_STAGE,
    publish: config.DRYDOCK_SLOTS_PUBLISH,
    seal: 1,
  };
  const node = cache.nodeId;
  const workers = await startWorkers(context, node, [
    { stage: "acquire", slots: slots.acquire, handle: acquireHandler(setting) },
    { stage: "stage", slots: slots.stage, targets: [node], handle: stageHandler(setting) },
    { stage: "publish", slots: slots.publish, targets: [node], handle: publishHandler(setting) },
    { stage: "seal", slots: slots.seal, handle: sealHandler(setting) },
  ]);
  const announced = await startAnnouncing(context, {
    node,
    slots,
    sharedRoots: config.DRYDOCK_SHARED_ROOTS,
    url,
    memoryBytes: totalmem(),
  });
  log.info({ node, cache: cacheDir, gateway: url }, "node open");
  return {
    async stop() {
      await announced.stop();
      await workers.stop();
      await gateway.close();
      await cache[Symbol.asyncDispose]();
    },
  };
}
