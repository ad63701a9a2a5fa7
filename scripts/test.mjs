// Runs a suite with Node's own test runner: all | unit | integration | interop | coverage, or the files given.
// A run that executes no test fails, and so does one whose tests were all skipped.
import { spawn } from "node:child_process";
import { globSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { coverageTable } from "./coverage.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));
process.chdir(root);

const UNIT = [
  "packages/*/src/**/*.test.ts",
  "services/*/src/**/*.test.ts",
  "scripts/*.test.ts",
  "test/*.test.ts",
];
const INTEGRATION = ["test/integration/**/*.test.ts"];
const SUITES = {
  all: [...UNIT, ...INTEGRATION],
  unit: UNIT,
  integration: INTEGRATION,
  interop: ["test/interop/**/*.test.ts"],
  coverage: [...UNIT, ...INTEGRATION],
};

const [suite = "all", ...rest] = process.argv.slice(2);
const globs = SUITES[suite];
if (globs === undefined) {
  console.error(`test: no suite ${suite}; there are ${Object.keys(SUITES).join(", ")}`);
  process.exit(2);
}
const files = (rest.length > 0 ? rest : globSync(globs)).sort();
if (files.length === 0) {
  console.error(`test: suite ${suite} has no file (${globs.join(" ")})`);
  process.exit(1);
}

const scratch = mkdtempSync(join(tmpdir(), "drydock-test-"));
const tap = join(scratch, "tap");
const lcov = join(scratch, "lcov");
const reporter = (name, to) => [`--test-reporter=${name}`, `--test-reporter-destination=${to}`];
const args = ["--test", "--test-timeout=600000", ...reporter("tap", tap), ...reporter("spec", "stdout")];
if (suite === "coverage") {
  args.push(
    "--experimental-test-coverage",
    "--test-coverage-include=packages/*/src/**",
    "--test-coverage-include=services/*/src/**",
  );
  args.push("--test-coverage-exclude=**/*.test.ts", ...reporter("lcov", lcov));
}
mkdirSync(join(root, ".cache"), { recursive: true });
const child = spawn(process.execPath, [...args, ...files], { stdio: ["ignore", "inherit", "inherit"] });
for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => child.kill(signal));
const code = await new Promise((resolve) => child.on("close", resolve));

const text = readFileSync(tap, "utf8");
const count = (what) => Number(new RegExp(`^# ${what} (\\d+)`, "m").exec(text)?.[1] ?? 0);
const ran = count("tests") - count("skipped");
const failed = suite === "coverage" ? !coverageTable(readFileSync(lcov, "utf8"), root) : false;
rmSync(scratch, { recursive: true, force: true });
if (ran === 0) {
  console.error("test: no test was executed");
  process.exit(1);
}
process.exit(code !== 0 || failed ? 1 : 0);
