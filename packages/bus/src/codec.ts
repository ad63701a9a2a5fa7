/**
 * Bytes to messages and back.
 * K1 fields this version does not know survive decode and encode: an older service in the middle loses nothing.
 * K2 64-bit fields leave here as safe integers; a value that is none makes the message undecodable, never wrong.
 */
import { CheckpointLoadError } from "@drydock/checkpoint";
import { drydock } from "@drydock/proto";
import protobuf from "protobufjs/minimal.js";

const { Reader } = protobuf;

/** A generated message class, such as drydock.v1.Task. */
export interface Decodable<T> {
  decode(reader: protobuf.Reader): T;
  getTypeUrl(prefix?: string): string;
}
export interface Encodable<P> {
  encode(message: P): protobuf.Writer;
}

export function encode<P>(type: Encodable<P>, message: P): Uint8Array {
  return type.encode(message).finish();
}

/** Throws CheckpointLoadError BUS_UNDECODABLE for anything that is not this message. */
export function decode<T extends object>(type: Decodable<T>, bytes: Uint8Array): T {
  const name = type.getTypeUrl("").replace(/^\//, "");
  let message: T;
  try {
    // A plain view: from a Buffer, byte fields would be Buffers, which print and compare differently.
    const reader = Reader.create(new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length));
    // K1
    reader.discardUnknown = false;
    message = type.decode(reader);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw undecodable(`${bytes.length} bytes are not a ${name}: ${why}`, cause);
  }
  narrow(message, name);
  return message;
}

export function undecodable(message: string, cause?: unknown): CheckpointLoadError {
  return new CheckpointLoadError(`bus: ${message}`, { code: "BUS_UNDECODABLE", cause });
}

/** K2, in place: the message was just made and nobody else holds it. */
function narrow(node: object, path: string): void {
  for (const [key, value] of Object.entries(node)) {
    if (typeof value !== "object" || value === null || value instanceof Uint8Array) continue;
    const where = Array.isArray(node) ? `${path}[${key}]` : `${path}.${key}`;
    if (!isLong(value)) {
      narrow(value, where);
      continue;
    }
    const number = value.toNumber();
    if (!Number.isSafeInteger(number)) {
      throw undecodable(`${where} is ${value.toString()}, which is not a safe integer`);
    }
    Reflect.set(node, key, number);
  }
}

/** K2 for absent fields: the generated classes give them a Long zero or an empty Buffer, replaced here once. */
for (const type of Object.values(drydock.v1)) {
  if (typeof type !== "function") continue;
  for (const [key, value] of Object.entries(type.prototype)) {
    if (typeof value !== "object" || value === null) continue;
    if (isLong(value)) Reflect.set(type.prototype, key, value.toNumber());
    if (value instanceof Uint8Array) Reflect.set(type.prototype, key, new Uint8Array());
  }
}

interface LongLike {
  toNumber(): number;
  toString(): string;
}

function isLong(value: object): value is LongLike {
  return "__isLong__" in value && value.__isLong__ === true;
}

/** JSON a program wrote by hand, as an object, or BUS_UNDECODABLE. */
export function decodeJsonObject(bytes: Uint8Array, what: string): Readonly<Record<string, unknown>> {
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch (cause) {
    throw undecodable(`${what} is neither protobuf nor JSON`, cause);
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw undecodable(`${what} is JSON but no object`);
  }
  // A parsed JSON object has string keys and nothing else.
  return value as Record<string, unknown>;
}
