import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { alignNames } from "./align.ts";
import { commonPath, isWrapperPath, withoutWrappers } from "./wrapper.ts";

test("equal names belong together and nothing is said about them", () => {
  const { pairs, unmatched, notes, hint } = alignNames(["a", "b", "old"], ["b", "a", "new"]);
  assert.deepEqual(
    [...pairs],
    [
      ["b", "b"],
      ["a", "a"],
    ],
  );
  assert.deepEqual(unmatched, ["old"]);
  assert.deepEqual(notes, []);
  assert.equal(hint, undefined);
});

test("prefixes of DDP, compile and DeepSpeed are ignored at the start, those of FSDP and compile inside, and it is said", () => {
  const source = ["module._orig_mod.a.w", "module._orig_mod.b._fsdp_wrapped_module.w"];
  const { pairs, notes } = alignNames(source, ["a.w", "b.w"]);
  assert.deepEqual([...pairs.values()], source);
  assert.match(notes[0] ?? "", /2 in the source, 0 in the target/);
  assert.equal(withoutWrappers("_forward_module.x"), "x");
  assert.equal(withoutWrappers("x.module.y"), "x.module.y");
});

test("wrappers stay where taking them off would make two names one", () => {
  const { pairs } = alignNames(["module.a", "a"], ["a", "module.a"]);
  assert.deepEqual(
    [...pairs],
    [
      ["a", "a"],
      ["module.a", "module.a"],
    ],
  );
});

test("a leading model. is stripped or added where that matches every name of the smaller side", () => {
  const stripped = alignNames(["model.a", "model.b"], ["a", "b", "new"]);
  assert.deepEqual(
    [...stripped.pairs],
    [
      ["a", "model.a"],
      ["b", "model.b"],
    ],
  );
  assert.match(stripped.notes[0] ?? "", /"model\." stripped from the source's \(2 of 2\)/);
  const added = alignNames(["a", "b"], ["model.a", "model.b"]);
  assert.deepEqual(
    [...added.pairs],
    [
      ["model.a", "a"],
      ["model.b", "b"],
    ],
  );
});

test("anything less than all names is left to the user, with the parameter that would do it", () => {
  const strip = alignNames(["model.a", "model.old"], ["a", "new"]);
  assert.equal(strip.pairs.size, 0);
  assert.match(strip.hint ?? "", /1 of 2 target keys would match with loading\.strip_prefix: "model\."/);
  assert.match(alignNames(["a", "old"], ["model.a", "new"]).hint ?? "", /add_prefix/);
});

test("a model. whose removal makes two names one is never stripped", () => {
  const { pairs } = alignNames(["model.a", "a", "c"], ["a", "b", "c"]);
  assert.deepEqual(
    [...pairs],
    [
      ["a", "a"],
      ["c", "c"],
    ],
  );
});

test("prefixes the user names are applied as said, without the rule for model.", () => {
  const { pairs, notes } = alignNames(["net.a"], ["model.a"], { strip: "net.", add: "model." });
  assert.deepEqual([...pairs], [["model.a", "net.a"]]);
  assert.deepEqual(notes, []);
  assert.equal(alignNames(["model.a"], ["a"], { strip: "net.", add: "" }).pairs.size, 0);
});

test("no name is used twice and every source name is paired or unmatched, whatever the names", () => {
  const name = fc.array(fc.constantFrom("module", "model", "_orig_mod", "a", "b", "w"), {
    minLength: 1,
    maxLength: 4,
  });
  const names = fc.uniqueArray(
    name.map((n) => n.join(".")),
    { maxLength: 8 },
  );
  fc.assert(
    fc.property(names, names, (source, target) => {
      const { pairs, unmatched } = alignNames(source, target);
      const used = [...pairs.values()];
      assert.equal(new Set(used).size, used.length);
      assert.deepEqual([...used, ...unmatched].sort(), [...source].sort());
      for (const key of pairs.keys()) assert.ok(target.includes(key));
      for (const same of target) if (source.includes(same)) assert.ok(pairs.has(same));
    }),
  );
});

test("the path all names share is found in whole elements and is never a name itself", () => {
  assert.equal(commonPath(["net.enc.w", "net.enc.b"]), "net.enc");
  assert.equal(commonPath(["net.enc.w", "net.encoder.b"]), "net");
  assert.equal(commonPath(["w", "net.b"]), "");
  assert.equal(commonPath(["net.w"]), "net");
  assert.equal(commonPath([]), "");
  assert.ok(isWrapperPath("model.model"));
  assert.ok(!isWrapperPath("model.encoder"));
});
