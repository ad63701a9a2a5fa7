import { formatShape } from "@drydock/checkpoint";
import { isKind, type PyValue, typeName } from "./pickle/values.ts";

/** A value in a few words, for people. */
export function summarise(value: PyValue): string {
  if (value === null) return "None";
  if (typeof value === "boolean") return value ? "True" : "False";
  if (typeof value === "number" || typeof value === "bigint") return String(value).slice(0, 60);
  if (typeof value === "string") return JSON.stringify(value.length > 60 ? `${value.slice(0, 60)}…` : value);
  if (value instanceof Uint8Array) return `bytes of length ${value.length}`;
  switch (value.kind) {
    case "float":
      // A float stays recognisable as one.
      return Number.isInteger(value.value) ? value.value.toFixed(1) : String(value.value);
    case "tensor":
      return `${value.special ?? ""} tensor ${value.element.name} ${formatShape(value.shape)}`.trimStart();
    case "dict": {
      const { size } = value.entries;
      let tensors = 0;
      for (const entry of value.entries.values()) if (isKind(entry.value, "tensor")) tensors++;
      if (tensors === 0) return `${value.type} of ${size}`;
      return tensors === size
        ? `${value.type} of ${size} tensors`
        : `${value.type} of ${size}, ${tensors} tensors`;
    }
    case "list":
    case "tuple":
      return `${value.kind} of ${value.items.length}`;
    case "set":
      return `set of ${value.items.size}`;
    case "bytearray":
      return `bytearray of length ${value.bytes.length}`;
    case "complex":
      return `${value.real}${value.imag < 0 ? "" : "+"}${value.imag}j`;
    case "global":
    case "opaque":
    case "storage":
      return JSON.stringify(typeName(value).slice(0, 120)).slice(1, -1);
  }
}
