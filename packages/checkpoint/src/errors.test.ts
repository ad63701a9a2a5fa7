import assert from "node:assert/strict";
import { test } from "node:test";
import {
  asCheckpointError,
  CheckpointConfigError,
  CheckpointError,
  CheckpointIncompatibleError,
  CheckpointLoadError,
  CheckpointNotFoundError,
  CheckpointSourceError,
  CheckpointTimeoutError,
  CheckpointValidationError,
  RETRYABLE,
} from "./errors.ts";

test("each error class has its kind and its own name", () => {
  const cases = [
    [new CheckpointNotFoundError("x"), "not-found", "CheckpointNotFoundError"],
    [new CheckpointLoadError("x"), "load", "CheckpointLoadError"],
    [new CheckpointIncompatibleError("x"), "incompatible", "CheckpointIncompatibleError"],
    [new CheckpointValidationError("x"), "validation", "CheckpointValidationError"],
    [new CheckpointSourceError("x"), "source", "CheckpointSourceError"],
    [new CheckpointTimeoutError("x"), "timeout", "CheckpointTimeoutError"],
    [new CheckpointError("x"), "internal", "CheckpointError"],
  ] as const;
  for (const [error, kind, name] of cases) {
    assert.equal(error.kind, kind);
    assert.equal(error.name, name);
    assert.ok(Object.hasOwn(RETRYABLE, error.kind));
  }
});

test("a configuration error lists every problem with its path", () => {
  const error = new CheckpointConfigError([
    { path: "output.uri", message: "is missing" },
    { path: "", message: "empty file" },
  ]);
  assert.equal(error.message, "output.uri: is missing\nempty file");
  assert.equal(error.kind, "config");
});

test("whatever was thrown becomes a checkpoint error that keeps its cause", () => {
  const bug = new TypeError("oops");
  assert.equal(asCheckpointError(bug).cause, bug);
  assert.equal(asCheckpointError(bug).kind, "internal");
  assert.equal(asCheckpointError(new DOMException("stop", "AbortError")).kind, "cancelled");
  assert.equal(asCheckpointError("text").message, "text");
  const own = new CheckpointLoadError("x");
  assert.equal(asCheckpointError(own), own);
});
