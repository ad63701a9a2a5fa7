import assert from "node:assert/strict";
import { test } from "node:test";
import { startRangeServer } from "./range-server.ts";

test("an object too large to hold is computed as it is read, and counted", async () => {
  const size = 2 ** 40;
  await using server = await startRangeServer({
    objects: new Map([["/big", { size, at: (o) => (o >> 3) & 255 }]]),
  });
  const start = 2 ** 39;
  const range = { range: `bytes=${start}-${start + 2 ** 22 - 1}` };
  const response = await fetch(`${server.url}/big`, { headers: range });
  assert.equal(response.headers.get("content-range"), `bytes ${start}-${start + 2 ** 22 - 1}/${size}`);
  const bytes = new Uint8Array(await response.arrayBuffer());
  assert.equal(bytes.length, 2 ** 22);
  assert.equal(bytes[80], (((start + 80) % 2 ** 32) >> 3) & 255);
  assert.equal(server.bytesSent, 2 ** 22);
  assert.deepEqual(
    server.requests.map(({ method, path, range }) => ({ method, path, range })),
    [{ method: "GET", path: "/big", range: range.range }],
  );
  const head = await fetch(`${server.url}/big`, { method: "HEAD" });
  assert.equal(head.headers.get("content-length"), String(size));
  const tag = head.headers.get("etag") ?? "";
  assert.equal((await fetch(`${server.url}/big`, { headers: { ...range, "if-match": '"x"' } })).status, 412);
  assert.equal(
    (await fetch(`${server.url}/big`, { method: "HEAD", headers: { "if-match": tag } })).status,
    200,
  );
  assert.equal((await fetch(`${server.url}/none`)).status, 404);
});
