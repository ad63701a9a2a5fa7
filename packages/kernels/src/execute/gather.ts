/**
 * A strided view made contiguous. What it touches is read whole where that is little; else the output is made box by
 * box, and each box reads the stretches of the argument that hold it, as few and as long as memory and gaps allow.
 */
import { itemSize } from "@drydock/checkpoint";
import { readWhole, type Stream } from "./stream.ts";
import {
  type Box,
  boxes,
  byteExtent,
  type Dim,
  isRandomAccess,
  MATERIALISE_BYTES,
  type View,
} from "./view.ts";

export interface GatherLimits {
  /** Output made at once: with a transposed matrix each read is as long as this allows, over its rows. */
  readonly box: number;
  /** A view that touches at most this much is read whole, once, and kept. */
  readonly whole: number;
  /** Longest stretch read at once from a larger argument. */
  readonly window: number;
  /** Bytes read in vain rather than reading anew: what a call costs at some GB/s. */
  readonly gap: number;
}

/** In bytes. Larger ones read less often; these keep a build of two strided tensors inside the transformer's memory. */
const LIMITS: GatherLimits = { box: 8 << 20, whole: 8 << 20, window: 4 << 20, gap: 32 << 10 };

/** Bytes [start, end) of the argument; valid until the next call. */
type Window = (start: number, end: number) => Promise<Uint8Array> | Uint8Array;

/** `slice` opens bytes [start, end) of the view's argument. */
export function gatherStream(
  view: View,
  slice: (start: number, end: number) => Stream,
  most: GatherLimits = LIMITS,
): Stream {
  const element = itemSize(view.dtype);
  const size = view.shape.reduce((n, d) => n * d, element);
  const parts = boxes(view, most.box / element);
  const tile = new Uint8Array(Math.min(most.box, size));
  let ready = tile.subarray(0, 0);
  let window: Window | undefined;
  let limits = UNLIMITED;

  async function openWindow(): Promise<Window> {
    const extent = byteExtent(view);
    const random = isRandomAccess(view.arg);
    if (extent.end - extent.start <= (random ? most.whole : MATERIALISE_BYTES)) {
      const whole = await readWhole(slice(extent.start, extent.end));
      return (start, end) => whole.subarray(start - extent.start, end - extent.start);
    }
    limits = { window: most.window / element, gap: most.gap / element };
    const buffer = new Uint8Array(most.window);
    return async (start, end) => {
      const part = buffer.subarray(0, end - start);
      const stream = slice(start, end);
      await stream.fill(part);
      stream.close();
      return part;
    };
  }

  return {
    size,
    async fill(target) {
      window ??= await openWindow();
      for (let at = 0; at < target.length; ) {
        if (ready.length === 0) {
          const { value: box } = parts.next();
          if (box === undefined) throw new RangeError("view: read past the end");
          ready = tile.subarray(0, box.elements * element);
          await gather(box, element, ready, window, limits);
        }
        const n = Math.min(ready.length, target.length - at);
        target.set(ready.subarray(0, n), at);
        ready = ready.subarray(n);
        at += n;
      }
    },
    async finish() {},
    close() {},
  };
}

interface Limits {
  /** Elements. */
  readonly window: number;
  readonly gap: number;
}

const UNLIMITED: Limits = { window: Number.POSITIVE_INFINITY, gap: Number.POSITIVE_INFINITY };

/** Fills `target` with the box's elements of `element` bytes. */
async function gather(
  box: Box,
  element: number,
  target: Uint8Array,
  window: Window,
  limits: Limits,
): Promise<void> {
  const dims = box.dims.filter((d) => d.n > 1).sort((a, b) => b.source - a.source);
  // span[i]: elements from the first to the last that dimensions i and below touch; solid[i]: worth one read.
  const span = new Array<number>(dims.length + 1).fill(1);
  const solid = new Array<boolean>(dims.length + 1).fill(true);
  for (let i = dims.length - 1; i >= 0; i--) {
    const { n, source } = dims[i] ?? NONE;
    const below = span[i + 1] ?? 1;
    span[i] = below + (n - 1) * source;
    solid[i] = solid[i + 1] === true && source - below <= limits.gap;
  }

  async function copy(part: readonly Dim[], elements: number, source: number, at: number): Promise<void> {
    scatter(part, element, await window(source * element, (source + elements) * element), target, at);
  }

  async function visit(i: number, source: number, at: number): Promise<void> {
    const elements = span[i] ?? 1;
    if (solid[i] === true && elements <= limits.window) return copy(dims.slice(i), elements, source, at);
    const dim = dims[i] ?? NONE;
    const below = span[i + 1] ?? 1;
    const inOneRead =
      solid[i] === true && below <= limits.window
        ? 1 + Math.floor((limits.window - below) / dim.source)
        : undefined;
    for (let j = 0; j < dim.n; j += inOneRead ?? 1) {
      const from = source + j * dim.source;
      const to = at + j * dim.target;
      if (inOneRead === undefined) await visit(i + 1, from, to);
      else {
        const n = Math.min(inOneRead, dim.n - j);
        await copy([{ ...dim, n }, ...dims.slice(i + 1)], below + (n - 1) * dim.source, from, to);
      }
    }
  }

  await visit(0, box.source, 0);
}

const NONE: Dim = { n: 1, source: 0, target: 0 };

/** Copies a box that begins at element 0 of `source` to elements `at` and on of `target`. */
function scatter(
  dims: readonly Dim[],
  element: number,
  source: Uint8Array,
  target: Uint8Array,
  at: number,
): void {
  // Eight bytes go as two words: as numbers, NaNs might not keep their bits.
  const words = element === 8 ? 2 : 1;
  const from = asWords(source, element);
  const to = asWords(target, element);
  const inTarget = dims.toSorted((a, b) => b.target - a.target);
  const inner = inTarget.at(-1) ?? NONE;
  const step = inner.source * words;
  const stepTo = inner.target * words;
  const contiguous = inner.source === 1 && inner.target === 1;

  function visit(i: number, s: number, t: number): void {
    if (i < inTarget.length - 1) {
      const dim = inTarget[i] ?? NONE;
      for (let j = 0; j < dim.n; j++) visit(i + 1, s + j * dim.source * words, t + j * dim.target * words);
    } else if (contiguous) {
      to.set(from.subarray(s, s + inner.n * words), t);
    } else {
      for (let j = 0; j < inner.n; j++) {
        to[t] = from[s] ?? 0;
        if (words === 2) to[t + 1] = from[s + 1] ?? 0;
        s += step;
        t += stepTo;
      }
    }
  }
  visit(0, 0, at * words);
}

/** The bytes as words of an element's size, of four bytes where it has eight. Buffers here begin at multiples of 8. */
function asWords(bytes: Uint8Array, element: number): Uint8Array | Uint16Array | Uint32Array {
  const { buffer, byteOffset, byteLength } = bytes;
  if (element === 1) return bytes;
  return element === 2
    ? new Uint16Array(buffer, byteOffset, byteLength / 2)
    : new Uint32Array(buffer, byteOffset, byteLength / 4);
}
