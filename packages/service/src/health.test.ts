import assert from "node:assert/strict";
import { test } from "node:test";
import { Health, startHealthServer } from "./health.ts";
import { createMetrics } from "./metrics.ts";

test("ready only after a pull was answered, and not any more once draining; metrics are Prometheus text", async () => {
  const health = new Health();
  const metrics = createMetrics("test");
  const server = await startHealthServer(
    { host: "127.0.0.1", port: 0, service: "test" },
    health,
    metrics.exporter,
  );
  try {
    const status = async (path: string) => (await fetch(server.url + path)).status;
    assert.equal(await status("/livez"), 200);
    assert.equal(await status("/readyz"), 503);
    let pulledAt = performance.now() - 120_000;
    health.watch(() => pulledAt);
    assert.equal(await status("/readyz"), 503);
    pulledAt = performance.now();
    assert.equal(await status("/readyz"), 200);
    metrics.tasks.add(2, { stage: "load", outcome: "done" });
    assert.match(
      await (await fetch(`${server.url}/metrics`)).text(),
      /drydock_tasks_total\{.*stage="load".*\} 2/,
    );
    health.drain();
    assert.equal(await status("/readyz"), 503);
  } finally {
    await server.close();
    await metrics.shutdown();
  }
});
