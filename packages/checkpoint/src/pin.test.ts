import assert from "node:assert/strict";
import { test } from "node:test";
import { canonicalJson, sha256Hex } from "./digest.ts";
import { type Identity, pinId } from "./pin.ts";

test("two pins differ in id when anything that makes the object differs", () => {
  const identities: Identity[] = [
    { kind: "etag", etag: '"a"' },
    { kind: "etag", etag: '"b"' },
    { kind: "version", versionId: '"a"' },
    { kind: "file", device: 1, inode: 2, mtimeNs: "3" },
    { kind: "file", device: 1, inode: 2, mtimeNs: "4" },
    { kind: "size" },
  ];
  const ids = [
    ...identities.map((identity) => pinId({ uri: "s3://b/k", size: 1, identity })),
    pinId({ uri: "s3://b/k", size: 2, identity: { kind: "size" } }),
    pinId({ uri: "s3://b/l", size: 1, identity: { kind: "size" } }),
    pinId({ uri: "s3://b/k", size: 1, identity: { kind: "size" }, node: "n1" }),
  ];
  assert.equal(new Set(ids).size, ids.length);
  assert.ok(ids.every((id) => /^[0-9a-f]{64}$/.test(id)));
});

test("canonical JSON does not depend on the order members were added in, at any depth", () => {
  assert.equal(canonicalJson({ b: [{ d: 1, c: 2 }], a: undefined }), '{"b":[{"c":2,"d":1}]}');
  assert.equal(canonicalJson({ a: 1, b: 2 }), canonicalJson({ b: 2, a: 1 }));
  assert.equal(sha256Hex(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
});
