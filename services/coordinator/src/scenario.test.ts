import assert from "node:assert/strict";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { rewritten } from "./scenario.ts";

/** UPDATE_SCENARIOS=1 writes the outcomes anew; commit only what you can explain. */
const update = process.env.UPDATE_SCENARIOS === "1";
const folder = new URL("../scenarios/", import.meta.url);

for (const name of readdirSync(folder).filter((file) => file.endsWith(".txt"))) {
  test(`scenario ${name.slice(0, -4)}`, () => {
    const path = fileURLToPath(new URL(name, folder));
    const text = readFileSync(path, "utf8");
    const outcome = rewritten(text);
    if (update) writeFileSync(path, outcome);
    else assert.equal(outcome, text);
  });
}
