/**
 * /livez (the process answers), /readyz (a pull round trip with the bus succeeded in the last minute: a connection
 * alone would stay green while a consumer is dead), /metrics (Prometheus text).
 */
import type { PrometheusExporter } from "@opentelemetry/exporter-prometheus";
import Fastify from "fastify";

/** Twice a pull's longest wait, so that an idle but healthy consumer never flaps. */
const READY_WITHIN_MS = 60_000;

export class Health {
  readonly #pulls: (() => number)[] = [];
  #draining = false;

  /** Adds a consumer: when its last pull round trip succeeded, by performance.now(). */
  watch(lastPullMs: () => number): void {
    this.#pulls.push(lastPullMs);
  }

  drain(): void {
    this.#draining = true;
  }

  /** Every consumer of this process pulled lately, and there is one. */
  get ready(): boolean {
    const now = performance.now();
    return (
      !this.#draining &&
      this.#pulls.length > 0 &&
      this.#pulls.every((pulled) => now - pulled() < READY_WITHIN_MS)
    );
  }
}

export interface HealthServer {
  readonly url: string;
  close(): Promise<void>;
}

export async function startHealthServer(
  options: { readonly host: string; readonly port: number; readonly service: string },
  health: Health,
  metrics: PrometheusExporter,
): Promise<HealthServer> {
  const app = Fastify({ logger: false });
  app.get("/livez", async () => ({ service: options.service, live: true }));
  app.get("/readyz", async (_request, reply) => {
    const ready = health.ready;
    return reply.code(ready ? 200 : 503).send({ service: options.service, ready });
  });
  app.get("/metrics", (request, reply) => {
    reply.hijack();
    metrics.getMetricsRequestHandler(request.raw, reply.raw);
  });
  await app.listen({ host: options.host, port: options.port });
  const address = app.server.address();
  const port = typeof address === "object" && address !== null ? address.port : options.port;
  return { url: `http://${options.host}:${port}`, close: () => app.close() };
}
