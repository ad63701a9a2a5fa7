// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the interpolation syntax itself
import assert from "node:assert/strict";
import { test } from "node:test";
import { CheckpointConfigError } from "@drydock/checkpoint";
import { interpolate } from "./interpolate.ts";

const value = (root: Record<string, unknown>, env: Record<string, string> = {}) =>
  Reflect.get(Object(interpolate(root, env)), "v");

test("a path from the root gives the value with its type, and text within text", () => {
  const root = { a: { b: 3, l: [{ c: "x" }], t: true } };
  assert.equal(value({ ...root, v: "${a.b}" }), 3);
  assert.equal(value({ ...root, v: "n${a.b}-${a.l.0.c}${a.t}" }), "n3-xtrue");
  assert.equal(value({ ...root, v: "${a.l[0].c}" }), "x");
  assert.deepEqual(value({ ...root, v: "${a}" }), root.a);
  assert.deepEqual(value({ ...root, v: ["${a.b}", { x: "${a.t}" }] }), [3, { x: true }]);
});

test("the environment gives text, with a default that may refer on", () => {
  assert.equal(value({ v: "${oc.env:X}" }, { X: "5" }), "5");
  assert.equal(value({ v: "${oc.env:X,}" }), "");
  assert.equal(value({ v: "${oc.env:X,null}" }), null);
  assert.equal(value({ v: "p/${oc.env:X, ${d}}", d: "q" }), "p/q");
  assert.equal(value({ v: "${oc.env:${n}}", n: "HOME" }, { HOME: "/h" }), "/h");
});

test("oc.decode makes a value of text", () => {
  assert.equal(value({ v: "${oc.decode:${oc.env:X,600}}" }), 600);
  assert.deepEqual(value({ v: "${oc.decode:[1, a]}" }), [1, "a"]);
  assert.equal(value({ v: "${oc.decode:${n}}", n: 4 }), 4);
});

test("interpolations refer to others, through objects that are interpolations themselves", () => {
  assert.equal(value({ v: "${a}", a: "${b}x", b: "${oc.env:X,y}" }), "yx");
  assert.equal(value({ v: "${w.k}", w: "${o}", o: { k: "${z}", z: 0 }, z: 7 }), 7);
  assert.equal(value({ v: "${a.${n}}", a: { k: 1 }, n: "k" }), 1);
});

test("an escaped one stays as text", () => {
  assert.equal(value({ v: "\\${a} ${a}", a: 1 }), "${a} 1");
});

test("circles, absent paths and variables, and other mistakes are told together with their paths", () => {
  const root = {
    a: "${b}",
    b: "${a}",
    self: { x: "${self}" },
    gone: "${otput.uri}",
    output: { uri: "/" },
    env: "${oc.env:NOPE}",
    list: ["${output} text"],
    open: "${a",
    relative: "${.x}",
    empty: "${}",
    resolver: "${oc.select:x}",
    decode: "${oc.decode:[1}",
  };
  assert.throws(
    () => interpolate(root, {}),
    (e: CheckpointConfigError) => {
      assert.ok(e instanceof CheckpointConfigError);
      const told = new Map(e.problems.map((p) => [p.path, p.message]));
      assert.match(told.get("a") ?? "", /circle: a → b → a/);
      assert.match(told.get("self.x") ?? "", /circle/);
      assert.match(told.get("gone") ?? "", /no otput\.uri; did you mean "output"\?/);
      assert.match(told.get("env") ?? "", /the environment has no NOPE/);
      assert.match(told.get("list[0]") ?? "", /\$\{output\} is an object/);
      assert.match(told.get("open") ?? "", /no closing brace/);
      assert.match(told.get("relative") ?? "", /path from the root/);
      assert.match(told.get("empty") ?? "", /path from the root/);
      assert.match(told.get("resolver") ?? "", /no resolver "oc\.select"/);
      assert.match(told.get("decode") ?? "", /no YAML value/);
      assert.equal(told.size, 11);
      return true;
    },
  );
});
