import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import {
  appendFileSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { rename, rm, truncate, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { pathToFileURL } from "node:url";
import { CheckpointError, type Pin } from "@drydock/checkpoint";
import { sourceConformance } from "./conformance.ts";
import { fileSource } from "./file.ts";
import { localPathOf } from "./local-path.ts";
import { type InputRef, makePin, type SourceContext } from "./source.ts";

const dir = mkdtempSync(join(tmpdir(), "drydock-file-"));
after(() => rmSync(dir, { recursive: true, force: true }));

const ctx: SourceContext = { nodeId: "n1" };
const at = (path: string): InputRef => ({
  name: "source",
  type: "file",
  uri: pathToFileURL(path).href,
  params: { path },
});
const failure =
  (code: string, kind: string, text = /(?:)/) =>
  (error: unknown) => {
    assert.ok(error instanceof CheckpointError, String(error));
    assert.deepEqual([error.code, error.kind], [code, kind], error.message);
    assert.match(error.message, text);
    return true;
  };
const only = async (input: InputRef, with_: SourceContext = ctx): Promise<Pin> => {
  const [pin] = await fileSource.pin(input, with_);
  return pin ?? assert.fail("no pin");
};

sourceConformance("file", () => ({
  source: fileSource,
  ctx,
  async put(name, bytes) {
    const path = join(dir, name);
    await writeFile(`${path}.new`, bytes);
    await rename(`${path}.new`, path);
    return at(path);
  },
  remove: (name) => rm(join(dir, name)),
  absent: (name) => at(join(dir, name)),
}));

test("a mistyped name is answered with up to three similar ones, a missing folder with its name", async () => {
  const folder = join(dir, "names");
  mkdirSync(folder);
  for (const name of ["last.ckpt", "last-v1.ckpt", "last-v2.ckpt", "last-v3.ckpt", "zzz"])
    writeFileSync(join(folder, name), "");
  await assert.rejects(
    fileSource.pin(at(join(folder, "lastt.ckpt")), ctx),
    failure(
      "SOURCE_NOT_FOUND",
      "not-found",
      /similar names there: last\.ckpt, last-v1\.ckpt, last-v2\.ckpt$/,
    ),
  );
  await assert.rejects(
    fileSource.pin(at(join(folder, "q")), ctx),
    failure("SOURCE_NOT_FOUND", "not-found", /nothing in .* has a similar name/),
  );
  await assert.rejects(
    fileSource.pin(at(join(dir, "no", "x.ckpt")), ctx),
    failure("SOURCE_NOT_FOUND", "not-found", /the folder .*no does not exist/),
  );
  await assert.rejects(
    fileSource.pin(at(join(folder, "zzz", "x")), ctx),
    failure("SOURCE_NOT_FOUND", "not-found"),
  );
});

test("a fifo, a socket and a device are refused without waiting on them", async () => {
  const fifo = join(dir, "fifo");
  execFileSync("sh", ["-c", 'mkfifo "$0"', fifo]);
  const socket = join(dir, "socket");
  const server = createServer().listen(socket);
  for (const path of [fifo, socket, "/dev/zero"]) {
    await assert.rejects(fileSource.pin(at(path), ctx), failure("LOCAL_NOT_REGULAR", "denied"));
  }
  server.close();
});

test("a path outside the roots, directly or by a link, is refused; inside them it is read", async () => {
  const root = join(dir, "root");
  mkdirSync(root);
  const outside = join(dir, "outside.ckpt");
  writeFileSync(outside, "secret");
  writeFileSync(join(root, "inside.ckpt"), "public");
  symlinkSync(outside, join(root, "link.ckpt"));
  const confined = { ...ctx, roots: [root] };
  assert.equal((await only(at(join(root, "inside.ckpt")), confined)).size, 6);
  for (const [path, code] of [
    [outside, "LOCAL_PATH_DENIED"],
    [join(root, "..", "outside.ckpt"), "LOCAL_PATH_DENIED"],
    [join(root, "link.ckpt"), "LOCAL_SYMLINK"],
    [`${root}x`, "SOURCE_NOT_FOUND"],
  ] as const) {
    await assert.rejects(
      fileSource.pin(at(path), confined),
      (e) => e instanceof CheckpointError && e.code === code,
    );
  }
  // A pin made elsewhere does not open the door either.
  await assert.rejects(
    fileSource.open(await only(at(outside)), confined),
    failure("LOCAL_PATH_DENIED", "denied"),
  );
});

test("a file in a shared root is pinned for every node, another for its own only", async () => {
  const path = join(dir, "where.ckpt");
  writeFileSync(path, "x");
  const own = await only(at(path));
  assert.equal(own.node, "n1");
  assert.equal(fileSource.localPath?.(own), path);
  await assert.rejects(
    fileSource.open(own, { nodeId: "n2" }),
    failure("SOURCE_OTHER_NODE", "source", /lies on node n1 and can not be read on n2/),
  );
  const shared = await only(at(path), { ...ctx, sharedRoots: [`${dir}/`] });
  assert.equal(shared.node, undefined);
  await (await fileSource.open(shared, { nodeId: "n2" })).close?.();
});

test("an open file that is written to, cut or replaced gives an error and never other bytes", async () => {
  const path = join(dir, "moving.ckpt");
  const opened = async () => {
    writeFileSync(path, "0123456789");
    return fileSource.open(await only(at(path)), ctx);
  };
  const changed = failure("SOURCE_CHANGED", "changed");
  const written = await opened();
  appendFileSync(path, "x");
  await assert.rejects(written.read(0, 2), changed);
  await written.close?.();

  const cut = await opened();
  await truncate(path, 4);
  await assert.rejects(cut.read(0, 10), changed);
  await cut.close?.();

  const touched = await opened();
  utimesSync(path, 1, 1);
  await assert.rejects(touched.read(0, 2), failure("SOURCE_CHANGED", "changed", /written to after/));
  await touched.close?.();

  const pin = await only(at(path));
  writeFileSync(`${path}.new`, "0123456789");
  utimesSync(`${path}.new`, 1, 1);
  await rename(`${path}.new`, path);
  await assert.rejects(fileSource.open(pin, ctx), failure("SOURCE_CHANGED", "changed", /another file/));
});

test("a folder is the checkpoint in it: an index and its files, safetensors files, or the one torch file", async () => {
  const folder = (name: string, files: Readonly<Record<string, string>>): InputRef => {
    mkdirSync(join(dir, name));
    for (const [file, text] of Object.entries(files)) writeFileSync(join(dir, name, file), text);
    return at(join(dir, name));
  };
  const objects = async (input: InputRef) => (await fileSource.pin(input, ctx)).map((pin) => pin.object);
  const index = JSON.stringify({ weight_map: { a: "m-1.safetensors" } });
  assert.deepEqual(
    await objects(
      folder("indexed", {
        "m-1.safetensors": "1",
        "old.safetensors": "2",
        "m.safetensors.index.json": index,
      }),
    ),
    ["m-1.safetensors", "m.safetensors.index.json"],
  );
  assert.deepEqual(
    await objects(folder("plain", { "b.safetensors": "1", "a.safetensors": "2", "config.json": "" })),
    ["a.safetensors", "b.safetensors"],
  );
  assert.deepEqual(await objects(folder("torch", { "model.pt": "1", "README.md": "" })), ["model.pt"]);
  await assert.rejects(
    objects(folder("two", { "a.ckpt": "1", "b.ckpt": "2" })),
    failure("SOURCE_AMBIGUOUS", "config", /several checkpoints in this folder: a\.ckpt, b\.ckpt/),
  );
  await assert.rejects(
    objects(folder("two-indexes", { "a.safetensors.index.json": "{}", "b.safetensors.index.json": "{}" })),
    failure("SOURCE_AMBIGUOUS", "config"),
  );
  await assert.rejects(objects(folder("empty", {})), failure("SOURCE_NOT_FOUND", "not-found", /it is empty/));
  await assert.rejects(
    objects(folder("none", { "a.txt": "" })),
    failure("SOURCE_NOT_FOUND", "not-found", /it holds a\.txt/),
  );
  await assert.rejects(
    objects(folder("torn", { "m.safetensors.index.json": index })),
    failure("SOURCE_NOT_FOUND", "not-found", /names 1 files, 1 of them are not there: m-1\.safetensors/),
  );
});

test("a file this user may not read is denied", async () => {
  const path = join(dir, "closed.ckpt");
  writeFileSync(path, "x", { mode: 0o000 });
  // Root reads all, so it steps down.
  const root = process.getuid?.() === 0;
  if (root) process.seteuid?.(65534);
  try {
    await assert.rejects(fileSource.pin(at(path), ctx), failure("SOURCE_DENIED", "denied"));
  } finally {
    if (root) process.seteuid?.(0);
  }
});

test("an index too large to be one is not read", async () => {
  const path = join(dir, "huge.safetensors.index.json");
  writeFileSync(path, "");
  await truncate(path, 2 ** 30);
  await assert.rejects(
    fileSource.pin(at(path), ctx),
    failure("SOURCE_INDEX_INVALID", "load", /at most 134217728/),
  );
});

test("a URI with a host means a path here, any other URI none", () => {
  assert.equal(localPathOf("file://node7/data/x%20y"), "/data/x y");
  assert.equal(localPathOf("s3://b/k"), undefined);
});

test("a pin of another kind of identity is a bug and said so", async () => {
  const path = join(dir, "kind.ckpt");
  writeFileSync(path, "x");
  const pin = makePin({ ...(await only(at(path))), identity: { kind: "size" } });
  await assert.rejects(fileSource.open(pin, ctx), /pinned by size/);
});

test("a path that is no path of the system fails with its reason", async () => {
  await assert.rejects(fileSource.pin(at(join(dir, "x".repeat(300))), ctx), /ENAMETOOLONG/);
});
