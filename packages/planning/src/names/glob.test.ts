import assert from "node:assert/strict";
import { test } from "node:test";
import { globToRegExp } from "./glob.ts";

const hits = (glob: string, name: string): boolean => globToRegExp(glob).test(name);

test("* and ? stay within a path element, ** crosses any number of them", () => {
  assert.ok(hits("encoder.*.weight", "encoder.0.weight"));
  assert.ok(!hits("encoder.*.weight", "encoder.0.norm.weight"));
  assert.ok(hits("encoder.**", "encoder.0.norm.weight"));
  assert.ok(!hits("encoder.**", "encoder"));
  assert.ok(hits("**.bias", "bias"));
  assert.ok(hits("**.bias", "a.b.bias"));
  assert.ok(!hits("**.bias", "a.notbias"));
  assert.ok(hits("a.**.b", "a.b"));
  assert.ok(hits("layer?", "layer3"));
  assert.ok(!hits("layer?", "layer."));
});

test("what means something in a regular expression means itself in a glob", () => {
  assert.ok(hits("a.b", "a.b"));
  assert.ok(!hits("a.b", "axb"));
  assert.ok(hits("w[0]+(1)", "w[0]+(1)"));
});
