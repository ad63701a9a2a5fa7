import assert from "node:assert/strict";
import { test } from "node:test";
import { CheckpointConfigError } from "@drydock/checkpoint";
import * as kernels from "./index.ts";

test("a profile this build does not have is refused, and the message lists those it has", () => {
  const refused = (profile: kernels.Backend["profile"], message: RegExp): void => {
    assert.throws(
      () => kernels.createBackend(profile),
      (error) => {
        assert.ok(error instanceof CheckpointConfigError);
        assert.match(error.message, message);
        return true;
      },
    );
  };
  refused({ backend: "wasm", version: 99 }, /no kernels wasm-99 here; there are ts-1, wasm-1/);
  // A plan from a later release may name a backend unknown to this one.
  refused({ backend: "gpu" as "wasm", version: 1 }, /no kernels gpu-1/);
});

test("each profile makes its backend, and the default is WebAssembly", () => {
  for (const profile of kernels.PROFILES) assert.deepEqual(kernels.createBackend(profile).profile, profile);
  assert.equal(kernels.kernelClass(kernels.DEFAULT_PROFILE), "wasm-1");
  assert.deepEqual(kernels.KERNEL_NAMES, ["byteswap", "cast"]);
});
