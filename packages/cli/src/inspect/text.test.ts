import assert from "node:assert/strict";
import { test } from "node:test";
import type { CheckpointIndex, IndexedTensor } from "@drydock/formats";
import { inspectText } from "./text.ts";

function tensor(
  name: string,
  shape: readonly number[],
  dtype: IndexedTensor["dtype"] = "F32",
): IndexedTensor {
  const range = { input: "input", object: "", start: 0, end: 0, encoding: "stored" as const };
  return { name, dtype, shape, kind: "unknown", storage: "", op: { kind: "read", range } };
}

const weights = [
  tensor("model.mean", [16]),
  tensor("model.encoder.0.weight", [48, 16]),
  tensor("model.encoder.0.bias", [48], "BF16"),
  tensor("model.head.weight", []),
];

const index: CheckpointIndex = {
  format: "torch",
  producer: "pytorch-lightning 2.6.6",
  weights,
  tensors: [...weights, tensor("optimizer_states.0.exp_avg", [48, 16])],
  topLevel: [
    { key: "epoch", summary: "2" },
    { key: "state_dict", summary: "dict of 4 tensors" },
  ],
  training: {
    producer: "pytorch-lightning 2.6.6",
    epoch: 2,
    globalStep: 8,
    hasOptimizer: true,
    hasScheduler: false,
  },
  metadata: {},
  warnings: ["one thing to know"],
};

test("an index is shown as a tree with dtype, shape and bytes of each tensor", () => {
  assert.deepEqual(inspectText("a.ckpt", 296_365, index), [
    "a.ckpt",
    "  torch, pytorch-lightning 2.6.6, 289 KiB",
    "",
    "top level",
    "  epoch       2",
    "  state_dict  dict of 4 tensors",
    "",
    "training  epoch 2, step 8, with optimizer state",
    "",
    "weights   4 tensors (3 F32, 1 BF16), 833 elements, 3.2 KiB",
    "└ model",
    `  ├ mean                                 F32      [16]                      64 B`,
    `  ├ encoder.0`,
    `  │ ├ weight                             F32      [48, 16]               3.0 KiB`,
    `  │ └ bias                               BF16     [48]                      96 B`,
    `  └ head.weight                          F32      []                         4 B`,
    "",
    "besides   1 tensors, 3.0 KiB (--json shows all)",
    "",
    "warning: one thing to know",
  ]);
});

test("no line is wider than 80 columns or moves the cursor, whatever the names", () => {
  const long = `${"deep.".repeat(40)}\u001b[2Jweight`;
  const odd: CheckpointIndex = {
    ...index,
    weights: [tensor(long, [1, 2, 3, 4, 5, 6]), tensor(`${"x".repeat(200)}`, [7])],
    tensors: [],
    topLevel: [{ key: "k".repeat(100), summary: "s".repeat(100) }],
    metadata: { note: "n".repeat(100) },
    warnings: [],
  };
  for (const line of inspectText("n".repeat(200), 1, odd)) {
    assert.ok([...line].length <= 80, line);
    assert.ok(!line.includes("\u001b"), JSON.stringify(line));
  }
});
