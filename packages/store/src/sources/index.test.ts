import assert from "node:assert/strict";
import { test } from "node:test";
import { bytesSource } from "@drydock/checkpoint";
import { registerSource, type Source, sourceFor } from "./index.ts";

test("a source is found by its type and by the scheme of a URI", () => {
  for (const [asked, type] of [
    ["file", "file"],
    ["file:///x", "file"],
    ["http", "http"],
    ["https://h/x", "http"],
    ["S3://b/k", "s3"],
  ] as const) {
    assert.equal(sourceFor(asked).type, type);
  }
  assert.throws(() => sourceFor("gopher://h/x"), /no source for "gopher"; there are file, http, s3/);
  assert.throws(() => sourceFor("toString"), /no source for "toString"/);
});

test("a plugin's source is registered once, and takes no other's place", () => {
  const mine: Source = {
    type: "mine",
    schemes: ["mine"],
    pin: async () => [],
    open: async () => bytesSource(new Uint8Array()),
  };
  registerSource(mine);
  registerSource(mine);
  assert.equal(sourceFor("mine://x"), mine);
  assert.throws(() => registerSource({ ...mine, type: "s3" }), /collides with s3/);
  assert.throws(() => registerSource({ ...mine, type: "web", schemes: ["https"] }), /collides with http/);
});
