import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, globSync } from "node:fs";
import { tmpdir } from "node:os";
import { test } from "node:test";
import { startS3 } from "./s3.ts";
import { s3Request } from "./s3-request.ts";

const server = await startS3();
const skip = typeof server === "string" ? server : false;

test("the server keeps objects, and the same one serves the whole process", { skip }, async () => {
  assert.ok(typeof server !== "string");
  assert.equal(await startS3(), server);
  const bucket = await server.bucket();
  const path = `/${bucket}/a folder/ü+(1).bin`;
  const body = new TextEncoder().encode("0123456789");
  assert.equal((await s3Request(server, "PUT", path, { body })).status, 200);
  const part = await s3Request(server, "GET", path, { headers: { range: "bytes=2-4" } });
  assert.deepEqual([part.status, part.text], [206, "234"]);
  const wrong = { ...server, secretAccessKey: "wrong" };
  assert.equal((await s3Request(wrong, "GET", path)).status, 403);
});

test("all of it ends when the test process is killed", {
  skip: skip || process.env.DRYDOCK_TEST_S3 !== undefined,
  timeout: 60_000,
}, async () => {
  const before = new Set(globSync(`${tmpdir()}/drydock-s3-*`));
  const script = `import { startS3 } from ${JSON.stringify(new URL("./s3.ts", import.meta.url).href)};
    await startS3(); console.log("up"); setInterval(() => {}, 1000);`;
  const child = spawn(process.execPath, ["--input-type=module", "-e", script], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  await once(child.stdout.setEncoding("utf8"), "data");
  const [dir = ""] = globSync(`${tmpdir()}/drydock-s3-*`).filter((d) => !before.has(d));
  assert.ok(existsSync(dir));
  child.kill("SIGKILL");
  // The folder goes last.
  while (existsSync(dir)) await new Promise((resolve) => setTimeout(resolve, 20));
});
