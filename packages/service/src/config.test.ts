import assert from "node:assert/strict";
import { test } from "node:test";
import { CheckpointConfigError } from "@drydock/checkpoint";
import { commonConfig, readConfig } from "./config.ts";

test("all faults of the environment are reported together, each with its variable and what was expected", () => {
  assert.throws(
    () =>
      readConfig(commonConfig, {
        NATS_URL: "localhost",
        DRYDOCK_HTTP_PORT: "99999",
        DRYDOCK_LOG_LEVEL: "loud",
      }),
    (e: CheckpointConfigError) => {
      assert.deepEqual(e.problems.map((p) => p.path).sort(), [
        "DRYDOCK_HTTP_PORT",
        "DRYDOCK_LOG_LEVEL",
        "NATS_URL",
      ]);
      assert.match(e.message, /from 0 to 65535/);
      return e instanceof CheckpointConfigError;
    },
  );
});

test("an absent or empty variable takes its default", () => {
  const config = readConfig(commonConfig, { NATS_URL: "", DRYDOCK_PLUGINS: " a.ts , b.ts," });
  assert.equal(config.NATS_URL, "nats://127.0.0.1:4222");
  assert.deepEqual(config.DRYDOCK_PLUGINS, ["a.ts", "b.ts"]);
  assert.equal(config.DRYDOCK_CONTROL_PIPE, false);
});
