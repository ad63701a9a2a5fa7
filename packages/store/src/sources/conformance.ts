/** What every source must do; each implementation's test runs this on a place it can write to. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { CheckpointError, type ErrorKind } from "@drydock/checkpoint";
import type { InputRef, Source, SourceContext } from "./source.ts";

/** A place the test can write to, as seen by the source. */
export interface SourcePlace {
  readonly source: Source;
  readonly ctx: SourceContext;
  /** Creates or replaces the object and tells how an input names it. */
  put(name: string, bytes: Uint8Array): Promise<InputRef>;
  remove(name: string): Promise<void>;
  /** How an input names an object that does not exist. */
  absent(name: string): InputRef;
}

/** 300 bytes, all runs different, so that a shifted or repeated range never looks right. */
const BYTES = Uint8Array.from({ length: 300 }, (_, i) => (i * 7 + (i >> 5) * 13) & 255);

export function sourceConformance(type: string, place: () => SourcePlace): void {
  const kind = (expected: ErrorKind) => (error: unknown) => {
    assert.ok(error instanceof CheckpointError, String(error));
    assert.equal(error.kind, expected, error.message);
    return true;
  };

  test(`${type}: reads exactly the bytes asked for: first, last, none, some, all, in parallel`, async () => {
    const { source, ctx, put } = place();
    const [pin, ...more] = await source.pin(await put("object.ckpt", BYTES), ctx);
    assert.ok(pin !== undefined && more.length === 0);
    assert.equal(pin.object, "");
    assert.equal(pin.size, 300);
    const opened = await source.open(pin, ctx);
    try {
      assert.equal(opened.size, 300);
      const ranges = [
        [0, 1],
        [299, 300],
        [0, 0],
        [300, 300],
        [100, 123],
        [0, 300],
      ] as const;
      const read = await Promise.all(ranges.map(([start, end]) => opened.read(start, end)));
      assert.deepEqual(
        read,
        ranges.map(([start, end]) => BYTES.subarray(start, end)),
      );
    } finally {
      await opened.close?.();
    }
  });

  test(`${type}: a range beyond the end, or turned round, is a RangeError`, async () => {
    const { source, ctx, put } = place();
    const [pin] = await source.pin(await put("object.ckpt", BYTES), ctx);
    assert.ok(pin);
    const opened = await source.open(pin, ctx);
    try {
      for (const [start, end] of [
        [0, 301],
        [-1, 2],
        [5, 4],
        [0.5, 2],
      ] as const) {
        await assert.rejects(opened.read(start, end), RangeError);
      }
    } finally {
      await opened.close?.();
    }
  });

  test(`${type}: an empty object is pinned and read`, async () => {
    const { source, ctx, put } = place();
    const [pin] = await source.pin(await put("empty.ckpt", new Uint8Array()), ctx);
    assert.equal(pin?.size, 0);
    const opened = await source.open(pin, ctx);
    assert.deepEqual(await opened.read(0, 0), new Uint8Array());
    await opened.close?.();
  });

  test(`${type}: the same object gives the same pin, another content another`, async () => {
    const { source, ctx, put } = place();
    const input = await put("object.ckpt", BYTES);
    const first = await source.pin(input, ctx);
    assert.deepEqual(await source.pin(input, ctx), first);
    await put("object.ckpt", BYTES.toReversed());
    assert.notEqual((await source.pin(input, ctx))[0]?.id, first[0]?.id);
  });

  test(`${type}: an object that changed after it was pinned is never read`, async () => {
    const { source, ctx, put } = place();
    const [pin] = await source.pin(await put("object.ckpt", BYTES), ctx);
    assert.ok(pin);
    const opened = await source.open(pin, ctx);
    for (const bytes of [BYTES.toReversed(), BYTES.subarray(0, 100)]) {
      await put("object.ckpt", bytes);
      await assert.rejects(async () => {
        const again = await source.open(pin, ctx);
        try {
          await again.read(0, 10);
        } finally {
          await again.close?.();
        }
      }, kind("changed"));
    }
    await opened.close?.();
  });

  test(`${type}: what is not there is "not-found", whether at pin or later`, async () => {
    const { source, ctx, put, remove, absent } = place();
    await assert.rejects(source.pin(absent("absent.ckpt"), ctx), kind("not-found"));
    const [pin] = await source.pin(await put("gone.ckpt", BYTES), ctx);
    assert.ok(pin);
    await remove("gone.ckpt");
    await assert.rejects(async () => (await source.open(pin, ctx)).read(0, 1), kind("not-found"));
  });

  test(`${type}: a read that is aborted ends as cancelled`, async () => {
    const { source, ctx, put } = place();
    const [pin] = await source.pin(await put("object.ckpt", BYTES), ctx);
    assert.ok(pin);
    const opened = await source.open(pin, ctx);
    await assert.rejects(opened.read(0, 300, AbortSignal.abort()), kind("cancelled"));
    await opened.close?.();
  });

  test(`${type}: an index brings the files it names, and only those`, async () => {
    const { source, ctx, put } = place();
    const index = { weight_map: { a: "x-1.safetensors", b: "x-2.safetensors", c: "x-1.safetensors" } };
    await put("x-1.safetensors", BYTES);
    await put("x-2.safetensors", BYTES.subarray(0, 50));
    await put("x-3.safetensors", BYTES);
    const input = await put("x.safetensors.index.json", new TextEncoder().encode(JSON.stringify(index)));
    const pins = await source.pin(input, ctx);
    assert.deepEqual(
      pins.map(({ object, input }) => [object, input]),
      ["x-1.safetensors", "x-2.safetensors", "x.safetensors.index.json"].map((object) => [object, "source"]),
    );
    const second = await source.open(pins[1] ?? assert.fail(), ctx);
    assert.deepEqual(await second.read(0, 50), BYTES.subarray(0, 50));
    await second.close?.();
  });
}
