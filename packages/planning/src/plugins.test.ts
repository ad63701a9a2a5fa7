import assert from "node:assert/strict";
import { test } from "node:test";
import { CheckpointConfigError } from "@drydock/checkpoint";
import { z } from "zod";
import { defineModifier, modifiers } from "./modifiers/index.ts";
import { absolutise } from "./pipeline/local.ts";
import { parsePipeline } from "./pipeline/parse.ts";
import type { SourceType } from "./pipeline/sources.ts";
import { installPlugin, type PluginModule } from "./plugins.ts";
import { defineStrategy } from "./strategies/index.ts";

const renamer = defineModifier({
  name: "test_rename",
  params: z.strictObject({ to: z.string(), table: z.string().optional() }),
  uris: ["table"],
  apply: (state, params) => ({
    ...state,
    tensors: state.tensors.map((t) => ({ ...t, name: params.to })),
  }),
});
const everything = defineStrategy({
  name: "test_everything",
  params: z.strictObject({}),
  plan: () => {
    throw new Error("not run here");
  },
});
const memory: SourceType = {
  name: "test_memory",
  schemes: ["testmem"],
  params: z.strictObject({ name: z.string() }),
  uris: [],
  fromUri: (uri) => ({ name: uri.slice("testmem://".length) }),
  resolve: (params) => ({ uri: `testmem://${String(params.name)}`, params }),
};
const plugin: PluginModule = {
  strategies: { test_everything: everything },
  modifiers: { test_rename: renamer },
  formats: { writers: { test_format: { name: "test_format" } } },
  sources: { test_memory: memory },
};

test("a plugin's source, strategy, modifier and format are as good as ours, and installing twice changes nothing", () => {
  installPlugin(plugin);
  installPlugin(plugin);
  const value = {
    checkpoint: { source: "testmem://x", loading: "test_everything" },
    model_modifier: { modifiers: [{ type: "test_rename", to: "w", table: "names.json" }] },
    output: { uri: "/o", format: "test_format" },
  };
  const pipeline = parsePipeline(absolutise(value, "/w"));
  assert.equal(pipeline.inputs[0]?.uri, "testmem://x");
  assert.deepEqual(pipeline.modifiers, [
    { type: "test_rename", params: { to: "w", table: "/w/names.json" } },
  ]);
  assert.equal(modifiers.get("test_rename"), renamer);
  assert.deepEqual(everything.frozen([], {}), []);
});

test("a plugin of another shape is refused with its name, every fault at once", () => {
  const parts: object = { strategys: {}, modifiers: { other_name: renamer } };
  assert.throws(
    // As a module from outside arrives: of no type.
    () => installPlugin(parts as PluginModule, "./plug.js"),
    (e: CheckpointConfigError) =>
      e instanceof CheckpointConfigError &&
      e.problems.length === 2 &&
      e.problems.every((p) => p.path === "./plug.js"),
  );
  const nothing: unknown = undefined;
  assert.throws(() => installPlugin(nothing as PluginModule), /the default export must be an object/);
});

test("a plugin cannot take the place of what is there", () => {
  assert.throws(() => installPlugin({ modifiers: { test_rename: { ...renamer } } }), CheckpointConfigError);
});
