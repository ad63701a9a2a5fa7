/**
 * Views over storages, checked before anything is made of them.
 *
 * G1  Sizes, strides and offset are integers ≥ 0 of one rank; all products and sums are exact.
 * G2  The view ends inside its storage.
 * G3  What it is made contiguous to is bounded: no larger than its storage, or than EXPANDED_BYTES.
 */
import { formatShape } from "@drydock/checkpoint";
import { EXPANDED_BYTES, RANK } from "./limits.ts";
import type { ElementType, StorageNode } from "./nodes.ts";
import type { CallSite } from "./pickle/calls.ts";
import { isKind, type PyValue, typeName } from "./pickle/values.ts";

export interface Geometry {
  readonly offset: number;
  readonly shape: readonly number[];
  readonly strides: readonly number[];
}

/** Elements from the first to behind the last that a view touches; 0 for an empty one. */
export function extentOf(shape: readonly number[], strides: readonly number[]): number {
  let last = 0;
  for (const [i, size] of shape.entries()) {
    if (size === 0) return 0;
    last += (size - 1) * (strides[i] ?? 0);
  }
  return last + 1;
}

/** Whether the elements lie row-major without gaps. Dimensions of size 1 may have any stride. */
export function isContiguous(shape: readonly number[], strides: readonly number[]): boolean {
  let expected = 1;
  for (let i = shape.length - 1; i >= 0; i--) {
    const size = shape[i] ?? 1;
    if (size === 0) return true;
    if (size !== 1 && strides[i] !== expected) return false;
    expected *= size;
  }
  return true;
}

export function checkedShape(size: PyValue, site: CallSite): number[] {
  const items = isKind(size, "tuple") || isKind(size, "list") ? size.items : undefined;
  if (items === undefined) throw site.badArgs(`size is a ${typeName(size)}, not a tuple`);
  if (items.length > RANK) {
    throw site.fail("LIMIT_RANK", `${items.length} dimensions, the limit is ${RANK}`);
  }
  const empty = items.some((n) => n === 0);
  return items.map((n) => natural(n, "size", empty, site));
}

/** G1–G3. `element` is what the view counts in. */
export function checkedGeometry(
  storage: StorageNode,
  element: ElementType,
  offsetValue: PyValue,
  sizeValue: PyValue,
  strideValue: PyValue,
  site: CallSite,
): Geometry {
  const shape = checkedShape(sizeValue, site);
  const empty = shape.includes(0);
  const offset = natural(offsetValue, "offset", empty, site);
  const items = isKind(strideValue, "tuple") || isKind(strideValue, "list") ? strideValue.items : undefined;
  if (items === undefined) throw site.badArgs(`stride is a ${typeName(strideValue)}, not a tuple`);
  const strides = items.map((n) => natural(n, "stride", empty, site));
  if (strides.length !== shape.length) {
    const message = `${shape.length} sizes ${formatShape(shape)}, ${strides.length} strides ${formatShape(strides)}`;
    throw site.fail("TORCH_BAD_GEOMETRY", message);
  }
  const numel = empty ? 0 : shape.reduce((n, size) => n * size, 1);
  const end = (offset + extentOf(shape, strides)) * element.bytes;
  if (!Number.isSafeInteger(numel * element.bytes) || !Number.isSafeInteger(end)) {
    const message = `shape ${formatShape(shape)} with strides ${formatShape(strides)} has more bytes than can be addressed`;
    throw site.fail("TORCH_ELEMENT_OVERFLOW", message);
  }
  if (end > storage.sizeBytes) {
    const message = `view ${formatShape(shape)}, strides ${formatShape(strides)}, offset ${offset} ends at byte ${end} of storage ${JSON.stringify(storage.key.slice(0, 100))}, which has ${storage.sizeBytes}`;
    throw site.fail("TORCH_VIEW_OUT_OF_RANGE", message);
  }
  const bytes = numel * element.bytes;
  if (bytes > storage.sizeBytes && bytes > EXPANDED_BYTES) {
    const message = `${storage.sizeBytes} stored bytes would become ${bytes}, the limit is ${EXPANDED_BYTES}`;
    throw site.fail("TORCH_EXPANSION_LIMIT", message);
  }
  return { offset, shape, strides };
}

function natural(value: PyValue, what: string, empty: boolean, site: CallSite): number {
  if (typeof value === "number" && value >= 0) return value;
  if (typeof value !== "number" && typeof value !== "bigint") {
    throw site.badArgs(`${what} is a ${typeName(value)}, not an int`);
  }
  const code = value < 0 || empty ? "TORCH_BAD_GEOMETRY" : "TORCH_ELEMENT_OVERFLOW";
  throw site.fail(code, `${what} is ${value}`);
}
