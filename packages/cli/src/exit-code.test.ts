import assert from "node:assert/strict";
import { test } from "node:test";
import { exitCodeOf, exitCodeOfKind } from "./exit-code.ts";
import { sampleFailure } from "./render/sample.ts";

test("0 done, 1 failed for good, 2 configuration, 3 what outlasted the retries", () => {
  const failed = (kind: string) => exitCodeOf({ outcome: "failed", failure: sampleFailure({ kind }) });
  assert.equal(exitCodeOf({ outcome: "sealed", failure: null }), 0);
  assert.equal(exitCodeOf({ outcome: "planned", failure: null }), 0);
  assert.equal(exitCodeOf({ outcome: "cancelled", failure: sampleFailure({ kind: "cancelled" }) }), 1);
  assert.equal(exitCodeOf({ outcome: "failed", failure: null }), 1);
  assert.deepEqual(["load", "conflict", "poison"].map(failed), [1, 1, 1]);
  assert.equal(failed("config"), 2);
  assert.deepEqual(["source", "timeout", "throttled", "capacity"].map(failed), [3, 3, 3, 3]);
  assert.equal(exitCodeOfKind("of a newer version"), 1);
});
