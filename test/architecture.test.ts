/** Holds the arrows of ARCHITECTURE.md: who may import whom, and that packages are entered by their public names. */
import assert from "node:assert/strict";
import { globSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));

/** Workspace → the workspaces it may import. Tests may also use testkit. */
const MAY: Readonly<Record<string, readonly string[]>> = {
  "packages/checkpoint": [],
  "packages/formats": ["checkpoint"],
  "packages/kernels": ["checkpoint"],
  "packages/store": ["checkpoint"],
  "packages/planning": ["checkpoint", "formats"],
  "packages/bus": ["checkpoint", "proto"],
  "packages/service": ["checkpoint", "proto", "bus"],
  "packages/client": ["checkpoint", "proto", "bus", "planning", "planning/pipeline"],
  "packages/cli": [
    "checkpoint",
    "proto",
    "bus",
    "planning",
    "client",
    "formats",
    "store",
    "service",
    "planning/pipeline",
  ],
  "packages/testkit": ["checkpoint", "proto", "bus", "formats"],
  "services/coordinator": ["checkpoint", "proto", "bus", "service"],
  "services/fetcher": ["checkpoint", "proto", "bus", "service", "store", "planning/pipeline"],
  "services/loader": [
    "checkpoint",
    "proto",
    "bus",
    "service",
    "store",
    "formats",
    "planning",
    "planning/pipeline",
  ],
  "services/transformer": [
    "checkpoint",
    "proto",
    "bus",
    "service",
    "store",
    "formats",
    "kernels",
    "planning",
    "planning/pipeline",
  ],
};

const IMPORT = /(?:from\s+|import\s*\(\s*|import\s+)["']([^"']+)["']/g;

function importsOf(file: string): string[] {
  return [...readFileSync(`${root}${file}`, "utf8").matchAll(IMPORT)].map((m) => m[1] ?? "");
}

for (const [workspace, allowed] of Object.entries(MAY)) {
  test(`${workspace} imports only what its place allows`, () => {
    const files = globSync(`${workspace}/src/**/*.ts`, { cwd: root });
    assert.ok(files.length > 0, `${workspace} has no source`);
    for (const file of files) {
      for (const name of importsOf(file)) {
        const target = /^@drydock\/(.+)$/.exec(name)?.[1];
        if (target === undefined) {
          // The one script that finds a nats-server serves tests and the embedded set alike.
          const climbs =
            !name.endsWith("/scripts/nats-server.mjs") &&
            name.startsWith(".") &&
            !new URL(name, `file:///${file}`).pathname.startsWith(`/${workspace}/`);
          assert.ok(!climbs, `${file} reaches out of its workspace: ${name}`);
        } else if (!(file.endsWith(".test.ts") && target === "testkit")) {
          assert.ok(allowed.includes(target), `${file} must not import @drydock/${target}`);
        }
      }
    }
  });
}

test("every workspace has its arrows stated here", () => {
  const dirs = globSync("{packages,services}/*", { cwd: root }).sort();
  assert.deepEqual(dirs, Object.keys(MAY).sort());
});

test("planning/pipeline stays free of formats, so that the fetcher knows none", () => {
  const seen = new Set<string>();
  const visit = (file: string): void => {
    if (seen.has(file)) return;
    seen.add(file);
    for (const name of importsOf(file)) {
      assert.notEqual(name, "@drydock/formats", `${file} imports formats`);
      if (name.startsWith(".")) visit(new URL(name, `file:///${file}`).pathname.slice(1));
    }
  };
  visit("packages/planning/src/pipeline/index.ts");
  assert.ok(seen.size > 1);
});
