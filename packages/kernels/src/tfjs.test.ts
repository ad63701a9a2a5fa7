import assert from "node:assert/strict";
import { test } from "node:test";
import { probeTfjs } from "./tfjs.ts";

test("a module that is not installed is unavailable, and says so", async () => {
  assert.deepEqual(await probeTfjs("@tensorflow/not-there"), {
    available: false,
    reason: "@tensorflow/not-there is not installed",
  });
});

test("a module that loads is available with its version, and one that throws or states none is not", async () => {
  const module = (code: string): string => `data:text/javascript,${encodeURIComponent(code)}`;
  assert.deepEqual(await probeTfjs(module('export const version = { tfjs: "4.22.0" }')), {
    available: true,
    version: "4.22.0",
  });
  assert.match((await probeTfjs(module("throw new Error('no CUDA\\nat …')"))).reason ?? "", /: no CUDA$/);
  assert.match((await probeTfjs(module("export const version = 1"))).reason ?? "", /no version/);
});
