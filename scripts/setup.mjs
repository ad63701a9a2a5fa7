// Brings a fresh clone to the point where the other scripts run. Plain JavaScript: the machine's own node may be 20.
// Installs when the lockfile changed since the last time, then checks that the node the scripts will find is new enough.
import { execFileSync, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

// Type stripping without a flag.
const FLOOR = [22, 18];

const root = fileURLToPath(new URL("..", import.meta.url));
const stamp = join(root, "node_modules/.cache/drydock-setup");
const lock = createHash("sha256")
  .update(readFileSync(join(root, "package-lock.json")))
  .digest("hex");

if (!existsSync(stamp) || readFileSync(stamp, "utf8") !== lock) {
  console.log("setup: installing packages (once per lockfile) …");
  // No package needs its install script here; not running them is one risk less.
  const args = ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"];
  const npm = process.env.npm_execpath;
  const done =
    npm === undefined
      ? spawnSync("npm", args, { cwd: root, stdio: "inherit" })
      : spawnSync(process.execPath, [npm, ...args], { cwd: root, stdio: "inherit" });
  if (done.status !== 0) {
    console.error(
      `setup: npm ci failed (${done.error?.message ?? `exit ${done.status}`}); its messages are above`,
    );
    process.exit(1);
  }
  mkdirSync(dirname(stamp), { recursive: true });
  writeFileSync(stamp, lock);
}

const packaged = join(root, "node_modules/.bin/node");
const node = existsSync(packaged) ? packaged : process.execPath;
const version = execFileSync(node, ["--version"], { encoding: "utf8" }).trim();
const [major = 0, minor = 0] = version.slice(1).split(".").map(Number);
if (major < FLOOR[0] || (major === FLOOR[0] && minor < FLOOR[1])) {
  console.error(
    `setup: Node ${FLOOR.join(".")} or newer is needed, ${node} is ${version}.\n` +
      "npm brings one by itself on Linux (x64, arm64); elsewhere install Node 24 and try again.",
  );
  process.exit(1);
}
