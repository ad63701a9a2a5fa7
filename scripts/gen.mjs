// Generates proto/gen from proto/drydock/v1. `--check` fails when the committed files differ.
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const check = process.argv.includes("--check");
const out = check ? mkdtempSync(join(tmpdir(), "drydock-gen-")) : join(root, "proto/gen");
const bin = (name) => join(root, "node_modules/protobufjs-cli/bin", name);
const run = (script, ...args) =>
  execFileSync(process.execPath, [bin(script), ...args], { cwd: root, stdio: "inherit" });
const protos = ["context", "plan", "task", "result", "node", "run", "event"].map(
  (n) => `proto/drydock/v1/${n}.proto`,
);

const js = join(out, "drydock.js");
const dts = join(out, "drydock.d.ts");
run(
  "pbjs",
  "-p",
  "proto",
  "-t",
  "static-module",
  "-w",
  "es6",
  "--force-number",
  "--no-service",
  "--no-verify",
  "--no-delimited",
  "-o",
  js,
  ...protos,
);
run("pbts", "-o", dts, js);
// Node's ESM resolver wants the file ending that bundlers add by themselves.
for (const file of [js, dts]) {
  const text = readFileSync(file, "utf8");
  writeFileSync(
    file,
    text
      .replaceAll('"protobufjs/minimal"', '"protobufjs/minimal.js"')
      .replace('import Long = require("long");', 'import type Long from "long";'),
  );
}
if (check) {
  for (const name of ["drydock.js", "drydock.d.ts"]) {
    if (readFileSync(join(out, name), "utf8") !== readFileSync(join(root, "proto/gen", name), "utf8")) {
      console.error(
        `proto/gen/${name} is not what proto/ generates: run \`npm run gen\` and commit the result`,
      );
      process.exit(1);
    }
  }
}
