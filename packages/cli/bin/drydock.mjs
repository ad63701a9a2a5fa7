#!/usr/bin/env node
// The command's first step, plain JavaScript for whatever node the machine has: goes on under a node that runs
// TypeScript, its own if that is new enough, else the one npm brought.
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
if (major > 22 || (major === 22 && minor >= 18)) {
  await import(new URL("../src/main.ts", import.meta.url).href);
} else {
  const root = fileURLToPath(new URL("../../..", import.meta.url));
  const packaged = `${root}node_modules/.bin/node`;
  if (!existsSync(packaged)) {
    console.error(
      `drydock needs Node 22.18 or newer (this is ${process.version}); run \`npm install\` in ${root} or install Node 24`,
    );
    process.exit(2);
  }
  // Signals of the terminal reach the whole foreground group, so the child handles them and this process just waits.
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => {});
  const child = spawnSync(packaged, [fileURLToPath(import.meta.url), ...process.argv.slice(2)], {
    stdio: "inherit",
  });
  process.exit(child.status ?? 1);
}
