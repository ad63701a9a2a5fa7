import assert from "node:assert/strict";
import { test } from "node:test";
import { giveBlock, takeBlock } from "./blocks.ts";
import { MIB } from "./sample.ts";

test("memory that was given back is used again, and only what came from here", () => {
  const first = takeBlock(MIB);
  assert.equal(first.length, MIB);
  giveBlock(first);
  const second = takeBlock(4 * MIB);
  assert.equal(second.buffer, first.buffer);
  assert.notEqual(takeBlock(MIB).buffer, first.buffer);
  giveBlock(second);
  giveBlock(second);
  assert.equal(takeBlock(MIB).buffer, first.buffer);
  assert.notEqual(takeBlock(MIB).buffer, first.buffer, "given back twice, it is free once");

  const foreign = new Uint8Array(4 * MIB);
  giveBlock(foreign);
  assert.notEqual(takeBlock(4 * MIB).buffer, foreign.buffer);
  assert.equal(takeBlock(100).buffer.byteLength, 100);
});
