// What CI runs: every check in turn, all of them even when one fails, and a summary that names the failures.
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const node = process.execPath;
const CHECKS = [
  ["lint", ["npx", "biome", "check", "."]],
  ["types", ["npx", "tsc", "--noEmit"]],
  ["generated code", [node, "scripts/gen.mjs", "--check"]],
  ["generated kernels", [node, "packages/kernels/assembly/build.mjs", "--check"]],
  ["contracts", ["npx", "buf", "lint"]],
  ["dead code", ["npx", "knip", "--no-progress", "--no-config-hints"]],
  ...(process.argv.includes("--no-tests") ? [] : [["tests", [node, "scripts/test.mjs", "all"]]]),
];

const failed = CHECKS.filter(([name, [command, ...args]]) => {
  console.log(`\n── ${name}`);
  return spawnSync(command, args, { cwd: root, stdio: "inherit" }).status !== 0;
}).map(([name]) => name);
console.log(failed.length === 0 ? "\nverify: all checks passed" : `\nverify: failed: ${failed.join(", ")}`);
process.exit(failed.length === 0 ? 0 : 1);
