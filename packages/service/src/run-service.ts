/**
 * The life of a service process: configuration, bus, topology, health, work, drain.
 * P1 a fault of the configuration ends it with exit code 2 before anything else happens.
 * P2 SIGTERM, SIGINT or the end of the control pipe drains: no new work, running work gets its grace, then exit 0.
 * P3 a bus connection that ended by itself ends the process: something outside has to start it again.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { type Bus, checkServer, connectBus, ensureTopology, maxBytesFromEnv } from "@drydock/bus";
import { asCheckpointError, CheckpointConfigError } from "@drydock/checkpoint";
import type { z } from "zod";
import { type CommonConfig, readConfig } from "./config.ts";
import { Health, startHealthServer } from "./health.ts";
import { createLog, type Logger } from "./log.ts";
import { createMetrics, type Metrics } from "./metrics.ts";
import { startTracing } from "./tracing.ts";

export interface ServiceContext<C> {
  readonly name: string;
  readonly config: C;
  readonly bus: Bus;
  readonly log: Logger;
  readonly metrics: Metrics;
  readonly health: Health;
  /** Aborts when the process is to stop. */
  readonly signal: AbortSignal;
}

export interface Running {
  /** Drains and frees what the service holds. */
  stop(): Promise<void>;
}

export interface ServiceOptions<C extends CommonConfig> {
  readonly name: string;
  readonly config: z.ZodType<C>;
  /** Starts the work; what it returns is stopped at the end. */
  start(context: ServiceContext<C>): Promise<Running>;
}

/** Longer than a nats-server takes to come up beside us; after that, whoever supervises should know. */
const CONNECT_FOR_MS = 60_000;

/** Runs the service until it is told to stop; sets the exit code and never rejects. */
export async function runService<C extends CommonConfig>(options: ServiceOptions<C>): Promise<void> {
  let config: C;
  try {
    config = readConfig(options.config); // P1
  } catch (thrown) {
    process.stderr.write(`drydock ${options.name}: ${asCheckpointError(thrown).message}\n`);
    process.exitCode = 2;
    return;
  }
  const log = createLog(options.name, config.DRYDOCK_LOG_LEVEL);
  const stop = stopSignal(config.DRYDOCK_CONTROL_PIPE);
  try {
    await serve(options, config, log, stop.signal);
    log.info("stopped");
  } catch (thrown) {
    const error = asCheckpointError(thrown);
    if (!stop.signal.aborted) {
      log.fatal(
        {
          kind: error.kind,
          remedy: error.remedy,
          stack: error.kind === "internal" ? error.stack : undefined,
        },
        error.message,
      );
      process.exitCode = thrown instanceof CheckpointConfigError ? 2 : 1;
    }
  } finally {
    stop.release();
  }
}

async function serve<C extends CommonConfig>(
  options: ServiceOptions<C>,
  config: C,
  log: Logger,
  stop: AbortSignal,
): Promise<void> {
  const tracing = startTracing(options.name);
  const metrics = createMetrics(options.name);
  const health = new Health();
  const bus = await connect(options.name, config, log, stop);
  try {
    await ensureTopology(bus, {
      profile: config.DRYDOCK_STREAMS,
      replicas: config.DRYDOCK_REPLICAS,
      maxBytes: maxBytesFromEnv(process.env),
    });
    const server = await checkServer(bus);
    for (const missing of server.missing) log.warn({ nats: server.version }, missing);
    const http = await startHealthServer(
      { host: config.DRYDOCK_HTTP_HOST, port: config.DRYDOCK_HTTP_PORT, service: options.name },
      health,
      metrics.exporter,
    );
    try {
      const running = await options.start({
        name: options.name,
        config,
        bus,
        log,
        metrics,
        health,
        signal: stop,
      });
      log.info({ nats: server.version, http: http.url }, "started");
      const lost = await Promise.race([
        aborted(stop).then(() => undefined),
        bus.closed.then(() => "lost" as const),
      ]);
      health.drain();
      if (lost === undefined) log.info("draining");
      await running.stop(); // P2
      if (lost !== undefined) throw new Error(`the connection to ${bus.url} ended`); // P3
    } finally {
      await http.close();
    }
  } finally {
    await bus.drain();
    await tracing.shutdown();
    await metrics.shutdown();
  }
}

async function connect(name: string, config: CommonConfig, log: Logger, stop: AbortSignal): Promise<Bus> {
  const until = performance.now() + CONNECT_FOR_MS;
  for (;;) {
    try {
      return await connectBus({
        url: config.NATS_URL,
        name: `drydock-${name}`,
        ...(config.DRYDOCK_NATS_CREDS === undefined ? {} : { credsFile: config.DRYDOCK_NATS_CREDS }),
      });
    } catch (thrown) {
      if (stop.aborted || performance.now() > until) throw thrown;
      log.warn(asCheckpointError(thrown).message);
      await sleep(500 + Math.random() * 500, undefined, { signal: stop });
    }
  }
}

/** P2. */
function stopSignal(controlPipe: boolean): { readonly signal: AbortSignal; release(): void } {
  const controller = new AbortController();
  const stop = (): void => controller.abort();
  process.on("SIGTERM", stop);
  process.on("SIGINT", stop);
  if (controlPipe) {
    process.stdin.on("end", stop);
    process.stdin.on("error", stop);
    process.stdin.resume();
  }
  return {
    signal: controller.signal,
    release() {
      process.off("SIGTERM", stop);
      process.off("SIGINT", stop);
      process.stdin.destroy();
    },
  };
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener("abort", () => resolve(), { once: true });
  });
}
