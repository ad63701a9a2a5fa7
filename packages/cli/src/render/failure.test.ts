import assert from "node:assert/strict";
import { test } from "node:test";
import { CheckpointConfigError, CheckpointTimeoutError } from "@drydock/checkpoint";
import { errorLines, failureLines, retryLine } from "./failure.ts";
import { sampleFailure, sampleView } from "./sample.ts";

test("a failed run says stage, kind, file, key, both numbers, what to do and the commands, in ten lines", () => {
  const view = sampleView({ outcome: "failed", phase: "ended", failure: sampleFailure() });
  assert.deepEqual(failureLines(view, " --nats nats://bus"), [
    "Failed in load, attempt 1 on n1: CheckpointIncompatibleError (incompatible)",
    "  head.weight does not fit",
    "  file: /models/a.ckpt",
    "  expected: [10,64]   found: [7,64]",
    "  what to do:   Set checkpoint.loading.type=transfer_learning.",
    "  look closer:  drydock runs show r0123456789abcdef0123 --nats nats://bus",
    "                drydock runs trace r0123456789abcdef0123 --nats nats://bus",
    "  try again:    drydock runs retry r0123456789abcdef0123 --nats nats://bus",
  ]);
});

test("whatever a failure says, it takes ten lines at most, none of them too wide, and keeps its commands", () => {
  const long = "word ".repeat(200);
  const failure = sampleFailure({
    message: `${long}\n${long}`,
    remedy: long,
    shard: 4,
    node: "n".repeat(64),
    details: { file: "f".repeat(70), key: "k".repeat(70), expected: "e".repeat(64), found: "d".repeat(64) },
  });
  const lines = failureLines(sampleView({ outcome: "failed", failure }));
  assert.ok(lines.length <= 10, lines.join("\n"));
  for (const line of lines) assert.ok(line.length <= 80, line);
  assert.match(lines.at(-1) ?? "", /drydock runs retry r0123456789abcdef0123$/);
});

test("a cancelled run and one without a reason are told as such", () => {
  const failure = sampleFailure({
    stage: "run",
    kind: "cancelled",
    name: "CheckpointError",
    message: "enough",
  });
  assert.equal(
    failureLines(sampleView({ outcome: "cancelled", failure }))[0],
    "Cancelled: CheckpointError (cancelled)",
  );
  assert.match(failureLines(sampleView({ outcome: "failed" }))[0] ?? "", /says no reason/);
});

test("a repeated attempt is one line", () => {
  const line = retryLine(
    sampleFailure({ stage: "build", shard: 3, attempt: 2, message: "m".repeat(200) }),
    76,
  );
  assert.match(line, /^build shard 3, attempt 2: CheckpointIncompatibleError: m+…$/);
  assert.equal(line.length, 76);
});

test("all configuration mistakes are shown together, other errors with their remedy", () => {
  const config = new CheckpointConfigError([
    { path: "a.b", message: "is missing" },
    { path: "", message: "nothing" },
  ]);
  assert.deepEqual(errorLines(config), ["drydock: 2 mistakes", "  a.b: is missing", "  nothing"]);
  assert.deepEqual(errorLines(new CheckpointConfigError([{ path: "a", message: "is missing" }])), [
    "drydock: a: is missing",
  ]);
  const timeout = new CheckpointTimeoutError("too slow", { remedy: "Wait." });
  assert.deepEqual(errorLines(timeout), ["drydock: CheckpointTimeoutError: too slow", "  what to do: Wait."]);
});
