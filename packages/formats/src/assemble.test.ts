import assert from "node:assert/strict";
import { test } from "node:test";
import { crc32 } from "node:zlib";
import { assembleFile } from "./assemble.ts";
import type { FileLayout } from "./format.ts";

const layout: FileLayout = {
  path: "f",
  size: 10,
  parts: [
    { kind: "literal", bytes: Buffer.from("a"), fills: [] },
    { kind: "tensor", tensor: 3, nbytes: 4, aliases: [] },
    { kind: "literal", bytes: Buffer.from("b...."), fills: [{ at: 1, part: 1 }] },
  ],
};

test("parts follow each other and a fill holds the checksum of its tensor", () => {
  const asked: number[] = [];
  const file = assembleFile(layout, (i) => {
    asked.push(i);
    return Buffer.from("data");
  });
  assert.deepEqual(asked, [3]);
  const checksum = Buffer.alloc(4);
  checksum.writeUInt32LE(crc32("data"));
  assert.deepEqual(file, Buffer.concat([Buffer.from("adatab"), checksum]));
});

test("a payload of another size, a size the parts do not have, and a fill of a literal are bugs", () => {
  assert.throws(() => assembleFile(layout, () => Buffer.from("dat")), /has 3 bytes, expected 4/);
  assert.throws(() => assembleFile({ ...layout, size: 12 }, () => Buffer.from("data")), /has 10 bytes.*12/);
  const fills = [{ at: 0, part: 0 }];
  const wrong: FileLayout = {
    path: "f",
    size: 4,
    parts: [{ kind: "literal", bytes: Buffer.alloc(4), fills }],
  };
  assert.throws(() => assembleFile(wrong, () => Buffer.alloc(0)), /part 0, which is no tensor/);
});
