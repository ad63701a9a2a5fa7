import { availableParallelism } from "node:os";
import { CheckpointConfigError } from "@drydock/checkpoint";
import { type CheckpointWriter, registerWriter } from "@drydock/formats";
import { createBackend, kernelClass, PROFILES } from "@drydock/kernels";
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
import { buildHandler } from "./build.ts";
import { transformHandler } from "./transform.ts";

export const transformerConfig = {
  /** Read only: the node's id, its cache and the stage manifests. */
  DRYDOCK_CACHE_DIR: z.string().default("/var/lib/drydock/cache"),
  DRYDOCK_STAGING_DIR: z.string().default("/var/lib/drydock/staging"),
  DRYDOCK_KERNELS: z.enum(["wasm", "ts"], { error: "expected wasm or ts" }).default("wasm"),
  /** One shard is built per slot; a slot costs about 30 MiB. */
  DRYDOCK_SLOTS_BUILD: integer(Math.min(availableParallelism(), 4), 1, 64),
};
export type TransformerConfig = CommonConfig & z.infer<z.ZodObject<typeof transformerConfig>>;

export async function startTransformer(context: ServiceContext<TransformerConfig>): Promise<Running> {
  const { config, bus } = context;
  for (const { name, plugin } of await loadPlugins(config.DRYDOCK_PLUGINS)) {
    installPlugin(plugin as PluginModule, name); // checked there
    // The part that planning leaves to formats; installPlugin has checked the names.
    const writers = (plugin as { formats?: { writers?: Record<string, CheckpointWriter> } }).formats?.writers;
    for (const writer of Object.values(writers ?? {})) registerWriter(writer);
  }
  const profile = PROFILES.find((p) => p.backend === config.DRYDOCK_KERNELS);
  if (profile === undefined) {
    throw new CheckpointConfigError([
      { path: "DRYDOCK_KERNELS", message: `this build has no ${config.DRYDOCK_KERNELS} kernels` },
    ]);
  }
  const backend = createBackend(profile);
  const node = await readNodeId(config.DRYDOCK_CACHE_DIR, context.signal);
  const slots = config.DRYDOCK_SLOTS_BUILD;
  const workers = await startWorkers(context, node, [
    { stage: "transform", slots: 1, handle: transformHandler({ bus, node, profile }) },
    {
      stage: "build",
      slots,
      classes: [kernelClass(profile)],
      targets: [node],
      handle: buildHandler({
        bus,
        backend,
        cacheDir: config.DRYDOCK_CACHE_DIR,
        stagingDir: config.DRYDOCK_STAGING_DIR,
      }),
    },
  ]);
  const announced = await startAnnouncing(context, {
    node,
    slots: { transform: 1, build: slots },
    kernelClasses: [kernelClass(profile)],
  });
  return {
    async stop() {
      await announced.stop();
      await workers.stop();
    },
  };
}
