import assert from "node:assert/strict";
import { test } from "node:test";
import { editDistance, nearestName, unknownName } from "./nearest.ts";

test("a swapped pair of letters counts as one mistake", () => {
  assert.equal(editDistance("outptu", "output"), 1);
  assert.equal(editDistance("kitten", "sitting"), 3);
  assert.equal(editDistance("", "abc"), 3);
});

test("the nearest name is one a few letters away, else one that contains the other, else none", () => {
  assert.equal(nearestName("laoding", ["source", "loading"]), "loading");
  assert.equal(nearestName("Freeze", ["freeze", "cast"]), "freeze");
  assert.equal(nearestName("transfer", ["weights_only", "transfer_learning"]), "transfer_learning");
  assert.equal(nearestName("zzzzzz", ["source", "loading"]), undefined);
});

test("an unknown name is told with the guess and all valid names, sorted", () => {
  assert.equal(
    unknownName("key", "frez", ["freeze", "cast"]),
    'unknown key "frez"; did you mean "freeze"? valid: cast, freeze',
  );
  assert.equal(unknownName("key", "qqqqqqqq", ["freeze"]), 'unknown key "qqqqqqqq"; valid: freeze');
  assert.equal(unknownName("key", "q", []), 'unknown key "q"; valid: none');
});
