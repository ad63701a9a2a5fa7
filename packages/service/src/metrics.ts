/** Metrics: OpenTelemetry instruments read by Prometheus. Names are the operator's contract; labels stay few. */
import type { Counter, Histogram } from "@opentelemetry/api";
import { PrometheusExporter } from "@opentelemetry/exporter-prometheus";
import { resourceFromAttributes } from "@opentelemetry/resources";
import { MeterProvider } from "@opentelemetry/sdk-metrics";

export interface Metrics {
  readonly exporter: PrometheusExporter;
  /** Finished attempts by stage and outcome. */
  readonly tasks: Counter;
  /** Seconds an attempt took, by stage. */
  readonly taskSeconds: Histogram;
  readonly bytesRead: Counter;
  readonly bytesWritten: Counter;
  /** Coordinator: events appended, by kind; compare-and-set conflicts met. */
  readonly events: Counter;
  readonly conflicts: Counter;
  shutdown(): Promise<void>;
}

export function createMetrics(service: string): Metrics {
  const exporter = new PrometheusExporter({ preventServerStart: true });
  const provider = new MeterProvider({
    resource: resourceFromAttributes({ "service.name": `drydock-${service}` }),
    readers: [exporter],
  });
  const meter = provider.getMeter("drydock");
  return {
    exporter,
    tasks: meter.createCounter("drydock_tasks", { description: "attempts finished, by stage and outcome" }),
    taskSeconds: meter.createHistogram("drydock_task_duration", {
      description: "time of an attempt",
      unit: "s",
    }),
    bytesRead: meter.createCounter("drydock_read", {
      description: "payload bytes read, by stage",
      unit: "By",
    }),
    bytesWritten: meter.createCounter("drydock_written", {
      description: "payload bytes written, by stage",
      unit: "By",
    }),
    events: meter.createCounter("drydock_run_events", { description: "run log entries appended, by kind" }),
    conflicts: meter.createCounter("drydock_run_conflicts", {
      description: "run log appends another coordinator won",
    }),
    shutdown: () => provider.shutdown(),
  };
}
