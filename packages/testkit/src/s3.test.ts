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

/** What startS3 gives in another process. */
async function elsewhere(env: Record<string, string>): Promise<string> {
  const script = `import { startS3 } from ${JSON.stringify(new URL("./s3.ts", import.meta.url).href)};
    const s3 = await startS3();
    console.log(typeof s3 === "string" ? s3 : await s3.bucket());
    if (typeof s3 !== "string") await s3.stop();`;
  const child = spawn(process.execPath, ["--input-type=module", "-e", script], {
    stdio: ["ignore", "pipe", "ignore"],
    env: { ...process.env, ...env },
  });
  let said = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    said += text;
  });
  await once(child, "exit");
  return said.trim();
}

test("the server that DRYDOCK_TEST_S3 names is used, and left running", { skip }, async () => {
  assert.ok(typeof server !== "string");
  const { host } = new URL(server.endpoint);
  const given = `http://${server.accessKeyId}:${server.secretAccessKey}@${host}?region=${server.region}`;
  const bucket = await elsewhere({ DRYDOCK_TEST_S3: given });
  assert.equal((await s3Request(server, "GET", `/${bucket}`)).status, 200);
});

test("without the programs and without a way to get them, the reason to skip is given", async () => {
  const reason = await elsewhere({ DRYDOCK_TEST_S3: "", PATH: "/nonexistent" });
  assert.match(reason, /^S3 tests need Ceph's gateway or DRYDOCK_TEST_S3; (apt-get failed|not root)/);
});
