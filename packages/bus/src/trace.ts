/** W3C trace context in NATS headers; one trace spans a run, across processes and attempts. */

import { type MsgHdrs, headers as newHeaders } from "@nats-io/transport-node";
import {
  type Context,
  context,
  propagation,
  type TextMapGetter,
  type TextMapSetter,
} from "@opentelemetry/api";

const setter: TextMapSetter<MsgHdrs> = { set: (carrier, key, value) => carrier.set(key, value) };
const getter: TextMapGetter<MsgHdrs> = {
  keys: (carrier) => carrier.keys(),
  get: (carrier, key) => (carrier.has(key) ? carrier.get(key) : undefined),
};

/** Headers with the current (or given) context; the same object when one was passed. */
export function injectTrace(headers: MsgHdrs = newHeaders(), from: Context = context.active()): MsgHdrs {
  propagation.inject(from, headers, setter);
  return headers;
}

/** The context the headers carry; the active one when they carry none. */
export function extractTrace(headers: MsgHdrs | undefined): Context {
  return headers === undefined ? context.active() : propagation.extract(context.active(), headers, getter);
}

/** The context of a traceparent that travelled inside a message. */
export function contextOf(traceparent: string): Context {
  const headers = newHeaders();
  if (traceparent !== "") headers.set("traceparent", traceparent);
  return propagation.extract(context.active(), headers, getter);
}

/** The current context as a traceparent; "" when there is none. */
export function traceparent(from: Context = context.active()): string {
  const headers = injectTrace(newHeaders(), from);
  return headers.has("traceparent") ? headers.get("traceparent") : "";
}
