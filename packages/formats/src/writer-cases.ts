/** Test material: the tensors of fixtures/writer/cases.json, their payload, and what the real libraries wrote. */
import { readFile } from "node:fs/promises";
import { DTYPES, type Dtype, nbytes } from "@drydock/checkpoint";
import fc from "fast-check";
import type { OutputTensor } from "./format.ts";

const FOLDER = new URL("../fixtures/writer/", import.meta.url);

export interface WriterCase {
  readonly name: string;
  readonly tensors: readonly OutputTensor[];
  /** sha256 of the file. */
  readonly digest: string;
  /** Undefined where only the digest is kept. */
  readonly file: URL | undefined;
}

interface Generated {
  readonly count: number;
  readonly dtype: Dtype;
}

export async function writerCases(suffix: "pt" | "safetensors"): Promise<WriterCase[]> {
  // The file is ours, written by make_writer.py.
  const cases = JSON.parse(await readFile(new URL("cases.json", FOLDER), "utf8")) as Record<
    string,
    Readonly<Record<typeof suffix, string>> & { readonly tensors: readonly OutputTensor[] | Generated }
  >;
  return Object.entries(cases).map(([name, c]) => {
    const { tensors } = c;
    const digest = c[suffix];
    if ("count" in tensors) return { name, tensors: generate(tensors), digest, file: undefined };
    return { name, tensors, digest, file: new URL(`${name}.${suffix}`, FOLDER) };
  });
}

function generate({ count, dtype }: Generated): OutputTensor[] {
  return Array.from({ length: count }, (_, i) => ({ name: `blocks.${i}.weight`, dtype, shape: [i % 7] }));
}

/** The bytes make_writer.py gave tensor `index`; those of the tensor it shares with, if it does. */
export function payloadOf(tensors: readonly OutputTensor[], index: number): Uint8Array {
  const tensor = tensors[index];
  if (tensor === undefined) return new Uint8Array(0);
  if (tensor.sharesWith !== undefined) {
    return payloadOf(
      tensors,
      tensors.findIndex((t) => t.name === tensor.sharesWith),
    );
  }
  const mask = tensor.dtype === "BOOL" ? 1 : 255;
  return Uint8Array.from({ length: nbytes(tensor) }, (_, i) => (31 * i + 7 * index) & mask);
}

/** Small tensors of any type and rank, with awkward names and shared bytes. */
export function arbitraryTensors(): fc.Arbitrary<OutputTensor[]> {
  const tensor = fc.record({
    name: fc.oneof(
      fc.constantFrom("__proto__", "constructor", "0", "", "a/b", "model.0.weight"),
      fc.string({ unit: "grapheme", maxLength: 12 }),
    ),
    dtype: fc.constantFrom(...DTYPES),
    shape: fc.array(fc.nat(4), { maxLength: 4 }),
    shares: fc.boolean(),
  });
  return fc.uniqueArray(tensor, { maxLength: 12, selector: (t) => t.name }).map((list) => {
    const made: OutputTensor[] = [];
    for (const { name, dtype, shape, shares } of list) {
      const other = made.find((t) => t.sharesWith === undefined);
      if (shares && other !== undefined) made.push({ ...other, name, sharesWith: other.name });
      else made.push({ name, dtype, shape });
    }
    return made;
  });
}
