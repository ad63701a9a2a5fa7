/** The coordinator: turns events and results into run logs and tasks. Needs the bus, nothing else. */
import { commonConfig, runService } from "@drydock/service";
import { startCoordinator } from "./coordinator.ts";
import { exportTrace } from "./export-trace.ts";

await runService({
  name: "coordinator",
  config: commonConfig,
  async start({ bus, log, metrics, health }) {
    const coordinator = await startCoordinator({
      bus,
      log,
      metrics,
      onRunEnded: exportTrace,
    });
    health.watch(() => coordinator.lastPullMs());
    return coordinator;
  },
});
