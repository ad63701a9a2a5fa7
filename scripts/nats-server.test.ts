import assert from "node:assert/strict";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { compareVersions, findNatsServer } from "./nats-server.mjs";

/** A folder of pretended servers, with the environment pointing only there. */
async function withServers(
  servers: Readonly<Record<string, string>>,
  body: (folder: string) => Promise<void>,
): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "drydock-find-"));
  const before = { ...process.env };
  try {
    for (const [path, version] of Object.entries(servers)) {
      const file = join(folder, path);
      mkdirSync(join(file, ".."), { recursive: true });
      writeFileSync(file, `#!/bin/sh\n${version === "" ? "exit 1" : `echo nats-server: v${version}`}\n`);
      chmodSync(file, 0o755);
    }
    process.env.XDG_CACHE_HOME = join(folder, "cache");
    process.env.PATH = `${join(folder, "bin")}:/bin`;
    delete process.env.NATS_SERVER;
    await body(folder);
  } finally {
    process.env = before;
    rmSync(folder, { recursive: true });
  }
}

const cache = (version: string): string => `cache/drydock/nats-server/${version}/nats-server`;

test("NATS_SERVER comes first, then PATH, then the newest of the cache that runs", async () => {
  await withServers(
    {
      "own/nats-server": "2.11.0",
      "bin/nats-server": "2.9.25",
      [cache("2.10.9")]: "2.10.9",
      [cache("2.10.10")]: "2.10.10",
      [cache("2.15.0")]: "",
    },
    async (folder) => {
      process.env.NATS_SERVER = join(folder, "own/nats-server");
      assert.equal((await findNatsServer({ download: false })).version, "2.11.0");
      delete process.env.NATS_SERVER;
      assert.equal((await findNatsServer({ download: false })).version, "2.9.25");
      assert.equal((await findNatsServer({ download: false, minVersion: "2.10.0" })).version, "2.10.10");
    },
  );
});

test("the floor is exactly 2.9.10, whatever newer ones there are", async () => {
  await withServers(
    { "bin/nats-server": "2.15.0", [cache("2.9.10")]: "2.9.10", [cache("2.15.1")]: "2.15.1" },
    async () => {
      assert.equal((await findNatsServer({ floor: true, download: false })).version, "2.9.10");
    },
  );
});

test("when there is none, the message says what was tried and every remedy", async () => {
  await withServers({ "bin/nats-server": "2.8.4" }, async (folder) => {
    await assert.rejects(findNatsServer({ download: false }), (error: Error) => {
      assert.match(error.message, /bin\/nats-server is 2\.8\.4/);
      for (const remedy of ["apt-get install nats-server", "NATS_SERVER=", "--nats URL", "with a network"]) {
        assert.ok(error.message.includes(remedy), remedy);
      }
      return true;
    });
    process.env.NATS_SERVER = join(folder, "nothing");
    await assert.rejects(findNatsServer({ download: false }), /does not run as a nats-server/);
  });
});

test("versions compare by number, part by part", () => {
  assert.ok(compareVersions("2.10.2", "2.9.10") > 0);
  assert.ok(compareVersions("v2.15.1-RC.1", "2.15.1") === 0);
  assert.ok(compareVersions("2.9.9", "2.9.10") < 0);
});
