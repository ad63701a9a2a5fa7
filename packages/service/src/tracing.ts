/**
 * One trace per run: its trace id and its root span's id are derived from the run id, so that every process of every
 * attempt hangs its spans under the same root without asking anybody. Finished spans are exported by OTLP when the
 * standard variables name an endpoint, and in any case collected per attempt, to ride on the attempt's result.
 */
import {
  type Attributes,
  type Context,
  context,
  createContextKey,
  type Span as OtelSpan,
  propagation,
  ROOT_CONTEXT,
  SpanKind,
  SpanStatusCode,
  TraceFlags,
  trace,
} from "@opentelemetry/api";
import { AsyncLocalStorageContextManager } from "@opentelemetry/context-async-hooks";
import { hrTimeToMilliseconds, W3CTraceContextPropagator } from "@opentelemetry/core";
import { OTLPTraceExporter } from "@opentelemetry/exporter-trace-otlp-proto";
import { resourceFromAttributes } from "@opentelemetry/resources";
import {
  BatchSpanProcessor,
  type IdGenerator,
  RandomIdGenerator,
  type ReadableSpan,
  type SpanProcessor,
  TracerProvider,
} from "@opentelemetry/sdk-trace";

/** A finished span as results carry it (proto Span). Times in milliseconds since the epoch. */
export interface FinishedSpan {
  readonly name: string;
  readonly spanId: string;
  readonly parentId: string;
  readonly startMs: number;
  readonly endMs: number;
  readonly attributes: Record<string, string>;
  readonly error: boolean;
}

/** More would crowd the result message; the outermost spans end last and are kept. */
const MAX_SPANS = 32;

const COLLECTOR = createContextKey("drydock.collector");

/** Hands each ended span to the collector of the attempt in whose context it began. */
class AttemptCollector implements SpanProcessor {
  readonly #collectors = new WeakMap<object, FinishedSpan[]>();

  onStart(span: object, parent: Context): void {
    // The key is private to this file: whatever it holds was put there by traceAttempt.
    const into = parent.getValue(COLLECTOR) as FinishedSpan[] | undefined;
    if (into !== undefined) this.#collectors.set(span, into);
  }

  onEnd(span: ReadableSpan): void {
    const into = this.#collectors.get(span);
    if (into === undefined) return;
    if (into.length === MAX_SPANS) into.shift();
    into.push({
      name: span.name,
      spanId: span.spanContext().spanId,
      parentId: span.parentSpanContext?.spanId ?? "",
      startMs: hrTimeToMilliseconds(span.startTime),
      endMs: hrTimeToMilliseconds(span.endTime),
      attributes: Object.fromEntries(Object.entries(span.attributes).map(([k, v]) => [k, String(v)])),
      error: span.status.code === SpanStatusCode.ERROR,
    });
  }

  async forceFlush(): Promise<void> {}
  async shutdown(): Promise<void> {}
}

/** Random ids, but for the span that emitSpan is just starting. */
class DerivedIds implements IdGenerator {
  readonly #random = new RandomIdGenerator();
  next: { readonly traceId: string; readonly spanId: string } | undefined;

  generateTraceId(): string {
    return this.next?.traceId ?? this.#random.generateTraceId();
  }

  generateSpanId(): string {
    return this.next?.spanId ?? this.#random.generateSpanId();
  }
}

const ids = new DerivedIds();

export interface Tracing {
  shutdown(): Promise<void>;
}

/** Installs the global tracer, propagator and context manager of this process. */
export function startTracing(service: string, env: NodeJS.ProcessEnv = process.env): Tracing {
  const exports =
    env.OTEL_SDK_DISABLED !== "true" &&
    (env.OTEL_EXPORTER_OTLP_ENDPOINT !== undefined || env.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT !== undefined);
  const provider = new TracerProvider({
    idGenerator: ids,
    resource: resourceFromAttributes({ "service.name": env.OTEL_SERVICE_NAME ?? `drydock-${service}` }),
    spanProcessors: [
      new AttemptCollector(),
      ...(exports ? [new BatchSpanProcessor({ exporter: new OTLPTraceExporter() })] : []),
    ],
  });
  trace.setGlobalTracerProvider(provider);
  propagation.setGlobalPropagator(new W3CTraceContextPropagator());
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  return {
    async shutdown() {
      await provider.shutdown();
      trace.disable();
      propagation.disable();
      context.disable();
    },
  };
}

const tracer = () => trace.getTracer("drydock");

/** A span known only at its end, under ids derived beforehand, so that others could already hang theirs below it. */
export interface DerivedSpan {
  readonly name: string;
  readonly traceId: string;
  readonly spanId: string;
  /** "" for a root. */
  readonly parentId: string;
  readonly startMs: number;
  readonly endMs: number;
  readonly attributes: Attributes;
  readonly error: boolean;
}

export function emitSpan({
  name,
  traceId,
  spanId,
  parentId,
  startMs,
  endMs,
  attributes,
  error,
}: DerivedSpan): void {
  const parent =
    parentId === ""
      ? ROOT_CONTEXT
      : trace.setSpanContext(ROOT_CONTEXT, {
          traceId,
          spanId: parentId,
          traceFlags: TraceFlags.SAMPLED,
          isRemote: true,
        });
  ids.next = { traceId, spanId };
  try {
    const emitted = tracer().startSpan(
      name,
      { startTime: startMs, attributes, root: parentId === "" },
      parent,
    );
    if (error) emitted.setStatus({ code: SpanStatusCode.ERROR });
    emitted.end(endMs);
  } finally {
    ids.next = undefined;
  }
}

/** Runs `work` in a span of that name; an error marks the span and is thrown on. */
export async function span<T>(
  name: string,
  attributes: Attributes,
  work: (span: OtelSpan) => Promise<T>,
): Promise<T> {
  return tracer().startActiveSpan(name, { attributes }, (active) => finish(active, work));
}

async function finish<T>(active: OtelSpan, work: (span: OtelSpan) => Promise<T>): Promise<T> {
  try {
    return await work(active);
  } catch (thrown) {
    active.setStatus({
      code: SpanStatusCode.ERROR,
      message: thrown instanceof Error ? thrown.name : "error",
    });
    throw thrown;
  } finally {
    active.end();
  }
}

/** Runs one task attempt under the run's root span and collects the spans that finished meanwhile, its own last. */
export async function traceAttempt<T>(
  name: string,
  traceparent: string,
  attributes: Attributes,
  work: (span: OtelSpan) => Promise<T>,
  collected: FinishedSpan[] = [],
): Promise<T> {
  const parent = propagation.extract(context.active(), { traceparent }).setValue(COLLECTOR, collected);
  return tracer().startActiveSpan(name, { kind: SpanKind.CONSUMER, attributes }, parent, (active) =>
    finish(active, work),
  );
}
