import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type IncomingMessage, request, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, beforeEach, describe, test } from "node:test";
import { CheckpointError } from "@drydock/checkpoint";
import { type S3Server, s3Request, startS3 } from "@drydock/testkit";
import { s3Client } from "../sources/s3-client.ts";
import { openSink, type Sink, type SinkState } from "./index.ts";
import { partsOf, S3Uploads } from "./s3-uploads.ts";
import { folderState, sample } from "./sample.ts";

const started = await startS3();
const skip = typeof started === "string" ? started : false;
// Not used when skipped.
const s3 = started as S3Server;
if (skip === false) Object.assign(process.env, s3.env);

/** The least S3 takes for a part that is not the last. */
const UNIT = 5 * 2 ** 20;
const root = mkdtempSync(join(tmpdir(), "drydock-s3-sink-"));
let dir = "";
let bucket = "";
let prefix = "";
let state: SinkState;
let count = 0;

before(async () => {
  if (skip === false) bucket = await s3.bucket();
});
beforeEach(() => {
  dir = mkdtempSync(join(root, "t-"));
  prefix = `out-${count++}`;
  state = folderState(join(dir, "state"));
});
after(async () => {
  rmSync(root, { recursive: true, force: true });
  if (skip === false) await s3.stop();
});

const sinkOf = (query = ""): Sink => openSink(`s3://${bucket}/${prefix}${query}`, { state });
const failure =
  (code: string, kind: string, text = /(?:)/) =>
  (error: unknown) => {
    assert.ok(error instanceof CheckpointError, String(error));
    assert.deepEqual([error.code, error.kind], [code, kind], error.message);
    assert.match(error.message, text);
    return true;
  };
async function keys(query: Record<string, string>, tag: string): Promise<string[]> {
  const { text } = await s3Request(s3, "GET", `/${bucket}`, { query: { ...query, prefix: `${prefix}/` } });
  const key = new RegExp(`<${tag}>.*?<Key>${prefix}/(.*?)</Key>`, "gs");
  return [...text.matchAll(key)].map((match) => match[1] ?? "").sort();
}
const objects = () => keys({ "list-type": "2" }, "Contents");
const uploads = () => keys({ uploads: "" }, "Upload");
/** Name → text of every object of the output. */
async function tree(): Promise<Record<string, string>> {
  const all = (await objects()).map(async (name) => {
    const { bytes } = await s3Request(s3, "GET", `/${bucket}/${prefix}/${name}`);
    return [name, Buffer.from(bytes).toString("latin1")] as const;
  });
  return Object.fromEntries(await Promise.all(all));
}
const putObject = (name: string, text: string) =>
  s3Request(s3, "PUT", `/${bucket}/${prefix}/${name}`, { body: new TextEncoder().encode(text) });

describe("a real store", { skip }, () => {
  test("shards put in any order become the output by one seal; before it not an object is there", async () => {
    const { puts, seal, expected } = sample(dir, "a", UNIT);
    const sink = sinkOf();
    let moved = 0;
    for (const put of puts.toReversed()) {
      await sink.putShard({
        ...put,
        progress: (bytes) => (moved += bytes),
        signal: new AbortController().signal,
      });
    }
    assert.equal(moved, UNIT + 2000);
    assert.deepEqual(await objects(), []);
    assert.deepEqual(await sink.existing(), { sealed: false });
    await sink.seal(seal);
    assert.deepEqual(await tree(), expected);
    const existing = await sink.existing();
    assert.ok(existing.sealed && existing.planDigest === seal.planDigest);
    assert.match(existing.manifestDigest, /^[0-9a-f]{64}$/);
    assert.deepEqual(await uploads(), []);
  });

  test("a manifest without our metadata is read instead", async () => {
    const { seal } = sample(dir, "a");
    await putObject("drydock.json", new TextDecoder().decode(seal.manifest));
    const existing = await sinkOf().existing();
    assert.ok(existing.sealed && existing.planDigest === seal.planDigest);
  });

  test("every call may come twice, put after seal included; what is there is not sent again", async () => {
    const { puts, seal, expected } = sample(dir, "a", UNIT);
    const sink = sinkOf();
    for (const put of [...puts, ...puts]) await sink.putShard(put);
    assert.deepEqual(await uploads(), ["b.bin", "w/a.bin"]);
    await sink.seal(seal);
    await sink.seal(seal);
    for (const put of puts) await sink.putShard(put);
    await sink.discard(seal);
    assert.deepEqual(await tree(), expected);
    assert.deepEqual(await uploads(), []);
  });

  test("shards of one file that begin at once share one upload", async () => {
    const { puts, seal, expected } = sample(dir, "a", UNIT);
    await Promise.all(puts.map((put) => sinkOf().putShard(put)));
    assert.deepEqual(await uploads(), ["b.bin", "w/a.bin"]);
    await sinkOf().seal(seal);
    assert.deepEqual(await tree(), expected);
  });

  test("a staged shard that is gone or damaged is to be built again; a missing one stops the seal", async () => {
    const { puts, seal } = sample(dir, "a", UNIT);
    const sink = sinkOf();
    const [first] = puts;
    assert.ok(first);
    const bytes = readFileSync(first.localPath);
    const missing = failure("STAGED_SHARD_MISSING", "artifact-missing");
    writeFileSync(
      first.localPath,
      bytes.map((b) => b ^ 1),
    );
    await assert.rejects(sink.putShard(first), missing);
    rmSync(first.localPath);
    await assert.rejects(sink.putShard(first), missing);
    assert.deepEqual(await uploads(), []);
    const unpublished = failure(
      "SHARD_NOT_PUBLISHED",
      "artifact-missing",
      /bytes \[0, 5242880\) of w\/a\.bin/,
    );
    await assert.rejects(sink.seal(seal), unpublished);
    for (const put of puts.slice(1)) await sink.putShard(put);
    await assert.rejects(sink.seal(seal), unpublished);
    assert.deepEqual(await objects(), []);
  });

  test("an upload that the store has forgotten is found missing at seal", async () => {
    const { puts, seal } = sample(dir, "a", UNIT);
    for (const put of puts) await sinkOf().putShard(put);
    const uploadId = await state.get(`s3://${bucket}/${prefix} ${seal.planDigest} upload w/a.bin`);
    await s3Request(s3, "DELETE", `/${bucket}/${prefix}/w/a.bin`, { query: { uploadId: uploadId ?? "" } });
    await assert.rejects(sinkOf().seal(seal), failure("SHARD_NOT_PUBLISHED", "artifact-missing"));
  });

  test("a shard put while a seal completes its file is done; one whose upload was aborted begins anew", async () => {
    const { puts, seal, expected } = sample(dir, "a", UNIT);
    const [first, second, third] = puts;
    assert.ok(first && second && third);
    for (const put of puts) await sinkOf().putShard(put);
    const uploadId = await state.get(`s3://${bucket}/${prefix} ${seal.planDigest} upload w/a.bin`);
    await s3Request(s3, "DELETE", `/${bucket}/${prefix}/w/a.bin`, { query: { uploadId: uploadId ?? "" } });
    for (const put of puts) await sinkOf().putShard(put);
    const refuse = (r: IncomingMessage, response: ServerResponse) => {
      if (r.headers["if-none-match"] === undefined) return "pass";
      response.writeHead(500).end();
      return "answered";
    };
    await between(refuse, async (query) => {
      await assert.rejects(sinkOf(query).seal(seal), failure("SOURCE_STATUS_500", "source"));
    });
    await sinkOf().putShard(first);
    assert.deepEqual(await uploads(), []);
    await sinkOf().seal(seal);
    assert.deepEqual(await tree(), expected);
  });

  test("another plan's sealed output stays, unless it is to be replaced; then nothing of it is left", async () => {
    const a = sample(dir, "a", UNIT);
    const b = sample(dir, "b", UNIT);
    const sink = sinkOf();
    for (const put of a.puts) await sink.putShard(put);
    // The old output has a file that the new one has not.
    const manifest = new TextEncoder().encode(
      JSON.stringify({
        planDigest: a.seal.planDigest,
        files: [{ path: "old.bin" }, { path: "../x" }, null],
        sidecars: [],
      }),
    );
    await sink.seal({
      ...a.seal,
      manifest,
      sidecars: [...a.seal.sidecars, { path: "old.bin", bytes: manifest }],
    });
    const before = await tree();
    for (const put of b.puts) await sink.putShard(put);
    await assert.rejects(
      sink.seal(b.seal),
      failure("OUTPUT_EXISTS", "conflict", /sealed output of another plan/),
    );
    assert.deepEqual(await tree(), before);
    await sink.seal({ ...b.seal, ifExists: "replace" });
    assert.deepEqual(await tree(), b.expected);
  });

  test("objects that are somebody else's stay and are named", async () => {
    const { puts, seal, expected } = sample(dir, "a", UNIT);
    const sink = sinkOf();
    for (const put of puts) await sink.putShard(put);
    await putObject("thesis.tex", "x");
    for (const ifExists of ["fail", "replace"] as const) {
      await assert.rejects(
        sink.seal({ ...seal, ifExists }),
        failure("OUTPUT_EXISTS", "conflict", /no output of Drydock: thesis\.tex/),
      );
    }
    await s3Request(s3, "DELETE", `/${bucket}/${prefix}/thesis.tex`);
    await s3Request(s3, "PUT", `/${bucket}/${prefix}/`);
    await sink.seal(seal);
    const { "": folder, ...rest } = await tree();
    assert.deepEqual([folder, rest], ["", expected]);
  });

  test("discard aborts what this plan began and nothing else", async () => {
    const a = sample(dir, "a", UNIT);
    const b = sample(dir, "b", UNIT);
    const sink = sinkOf();
    for (const put of [...a.puts, ...b.puts]) await sink.putShard(put);
    await s3Request(s3, "POST", `/${bucket}/${prefix}/foreign`, { query: { uploads: "" } });
    // Both plans' uploads of one key are ours by the mark; the claim keeps two plans from working at once.
    await sink.discard(a.seal);
    assert.deepEqual(await uploads(), ["foreign"]);
    for (const put of a.puts) await sink.putShard(put);
    await sink.seal(a.seal);
    assert.deepEqual(await tree(), a.expected);
  });

  test("an aborted put or seal ends as cancelled and can be taken up again", async () => {
    const { puts, seal, expected } = sample(dir, "a", UNIT);
    const sink = sinkOf();
    const cancelled = (error: unknown) => error instanceof CheckpointError && error.kind === "cancelled";
    for (const put of puts) {
      await assert.rejects(sink.putShard({ ...put, signal: AbortSignal.abort() }), cancelled);
      const control = new AbortController();
      await assert.rejects(
        sink.putShard({ ...put, signal: control.signal, progress: () => control.abort() }),
        cancelled,
      );
      await sink.putShard(put);
    }
    await assert.rejects(sink.seal({ ...seal, signal: AbortSignal.abort() }), cancelled);
    assert.deepEqual(await objects(), []);
    await sink.seal(seal);
    assert.deepEqual(await tree(), expected);
  });

  test("a bucket that is not there, or a wrong name, is said at once", async () => {
    const { puts } = sample(dir, "a");
    const [put] = puts;
    assert.ok(put);
    const nowhere = openSink("s3://drydock-no-such-bucket/x", { state });
    await assert.rejects(
      nowhere.putShard(puts[1] ?? put),
      failure("SOURCE_NOT_FOUND", "not-found", /NoSuchBucket/),
    );
    await assert.rejects(sinkOf().putShard({ ...put, file: "../x" }), /no name of an output file/);
    await assert.rejects(
      sinkOf().putShard(put),
      /a shard of 1000 bytes \(2 of them in w\/a\.bin\) can not be uploaded/,
    );
  });

  test("listings are read page by page", async () => {
    const { puts, seal } = sample(dir, "a", UNIT);
    const place = { bucket, key: prefix, options: {} };
    const paged = new S3Uploads(await s3Client({}, process.env), place, state, seal.planDigest, 1);
    for (const put of puts) await paged.put(put, async () => false);
    const [file] = seal.files;
    const parts = await paged.parts(file ?? assert.fail());
    assert.deepEqual(Array.isArray(parts) ? parts.map((part) => part.PartNumber) : parts, [1, 5001]);
    await paged.abortAll();
    assert.deepEqual(await uploads(), []);
  });

  const STEPS = [
    "begun",
    "created",
    "recorded",
    "part",
    "sealing",
    "unsealed",
    "completed",
    "sidecars",
    "manifest",
  ];
  for (const step of STEPS) {
    test(`killed at ${step}, no half output bears a manifest, and doing it again or giving up ends well`, async () => {
      const old = sample(dir, "a", UNIT);
      for (const put of old.puts) await sinkOf().putShard(put);
      await sinkOf().seal(old.seal);
      const uri = `s3://${bucket}/${prefix}`;
      const child = spawn(
        process.execPath,
        [join(import.meta.dirname, "sample.ts"), dir, "b", uri, String(UNIT)],
        {
          env: { ...process.env, DRYDOCK_CRASH_AT: `s3-sink.${step}` },
          stdio: "inherit",
        },
      );
      const [, signal] = await once(child, "exit");
      assert.equal(signal, "SIGKILL");

      const { puts, seal, expected } = sample(dir, "b", UNIT);
      const now = await sinkOf().existing();
      const committing = ["unsealed", "completed", "sidecars"].includes(step);
      assert.equal(now.sealed, !committing);
      if (now.sealed) assert.deepEqual(await tree(), step === "manifest" ? expected : old.expected);
      if (step === "completed") {
        await sinkOf().discard(seal);
        assert.deepEqual(await objects(), []);
      } else if (step === "begun" || step === "created") {
        await sinkOf().discard(seal);
        assert.deepEqual(await uploads(), []);
        assert.deepEqual(await tree(), old.expected);
      }
      // A seal that has begun finishes without a shard being put again.
      if (!["unsealed", "sidecars", "sealing", "manifest"].includes(step)) {
        for (const put of puts) await sinkOf().putShard(put);
      }
      await sinkOf().seal({ ...seal, ifExists: "replace" });
      assert.deepEqual(await tree(), expected);
      assert.deepEqual(await uploads(), []);
    });
  }
});

/** In front of the real store; `meddle` may answer itself, or have the answer thrown away. */
async function between<T>(
  meddle: (request: IncomingMessage, response: ServerResponse) => "pass" | "lose" | "answered",
  work: (query: string) => Promise<T>,
): Promise<T> {
  const proxy = createServer((incoming, response) => {
    const verdict = meddle(incoming, response);
    if (verdict === "answered") return void incoming.resume();
    const { hostname, port } = new URL(s3.endpoint);
    const { method, url, headers } = incoming;
    const onward = request({ hostname, port, method, path: url, headers }, (answer) => {
      if (verdict === "lose") {
        answer.resume();
        answer.once("end", () => response.destroy());
      } else {
        response.writeHead(answer.statusCode ?? 500, answer.headers);
        answer.pipe(response);
      }
    });
    incoming.pipe(onward);
  });
  await new Promise<void>((resolve) => proxy.listen(0, "127.0.0.1", resolve));
  const { port } = proxy.address() as AddressInfo;
  try {
    return await work(`?endpoint=${encodeURIComponent(`http://127.0.0.1:${port}`)}`);
  } finally {
    proxy.closeAllConnections();
    proxy.close();
  }
}

describe("a store that answers badly", { skip }, () => {
  test("trouble while looking or aborting is an error and not taken for absence", async () => {
    const { puts, seal } = sample(dir, "a", UNIT);
    for (const put of puts) await sinkOf().putShard(put);
    const refuse = (r: IncomingMessage, response: ServerResponse) => {
      if (!r.url?.includes("uploadId")) return "pass";
      response.writeHead(500).end();
      return "answered";
    };
    await between(refuse, async (query) => {
      await assert.rejects(sinkOf(query).seal(seal), failure("SOURCE_STATUS_500", "source"));
      await assert.rejects(sinkOf(query).discard(seal), failure("SOURCE_STATUS_500", "source"));
    });
    await sinkOf().discard(seal);
    assert.deepEqual(await uploads(), []);
  });

  test("a completion whose answer was lost is found done", async () => {
    const { puts, seal, expected } = sample(dir, "a", UNIT);
    const lose = (r: IncomingMessage) =>
      r.method === "POST" && r.url?.includes("uploadId") ? "lose" : "pass";
    await between(lose, async (query) => {
      for (const put of puts) await sinkOf(query).putShard(put);
      await sinkOf(query).seal(seal);
    });
    assert.deepEqual(await tree(), expected);
  });

  test("a completion that failed is an error, and the next seal goes on", async () => {
    const { puts, seal, expected } = sample(dir, "a", UNIT);
    let refused = 0;
    const refuse = (r: IncomingMessage, response: ServerResponse) => {
      if (r.method !== "POST" || !r.url?.includes("uploadId") || refused > 0) return "pass";
      refused += 1;
      response.writeHead(500).end();
      return "answered";
    };
    await between(refuse, async (query) => {
      for (const put of puts) await sinkOf(query).putShard(put);
      await assert.rejects(sinkOf(query).seal(seal), failure("SOURCE_STATUS_500", "source"));
      await sinkOf(query).seal(seal);
    });
    assert.deepEqual(await tree(), expected);
  });

  test("a store without conditional puts says so and gets a plain one", async () => {
    const { puts, seal, expected } = sample(dir, "a", UNIT);
    const refuse = (r: IncomingMessage, response: ServerResponse) => {
      if (r.headers["if-none-match"] === undefined) return "pass";
      response.writeHead(501).end();
      return "answered";
    };
    await between(refuse, async (query) => {
      for (const put of puts) await sinkOf(query).putShard(put);
      await sinkOf(query).seal(seal);
    });
    assert.deepEqual(await tree(), expected);
  });

  test("a manifest that came in between decides: the same plan's is done, another's a conflict", async () => {
    for (const planOf of ["a", "b"]) {
      prefix = `race-${planOf}`;
      const { puts, seal } = sample(dir, "a", UNIT);
      const other = sample(dir, planOf, UNIT).seal.manifest;
      const seen: Promise<unknown>[] = [];
      const race = (r: IncomingMessage, response: ServerResponse) => {
        if (r.headers["if-none-match"] === undefined) return "pass";
        const body = new TextDecoder().decode(other);
        seen.push(putObject("drydock.json", body).then(() => response.writeHead(412).end()));
        return "answered";
      };
      await between(race, async (query) => {
        for (const put of puts) await sinkOf(query).putShard(put);
        const sealed = sinkOf(query).seal(seal);
        if (planOf === "a") await sealed;
        else await assert.rejects(sealed, failure("OUTPUT_EXISTS", "conflict"));
      });
      await Promise.all(seen);
    }
  });

  test("a manifest that is refused without another being there is that error", async () => {
    const { puts, seal } = sample(dir, "a", UNIT);
    const refuse = (r: IncomingMessage, response: ServerResponse) => {
      if (r.headers["if-none-match"] === undefined) return "pass";
      response.writeHead(403).end();
      return "answered";
    };
    await between(refuse, async (query) => {
      for (const put of puts) await sinkOf(query).putShard(put);
      await assert.rejects(sinkOf(query).seal(seal), failure("SOURCE_DENIED", "denied"));
    });
  });
});

test("a shard's part numbers follow from its place, large shards take several, all within the store's limits", () => {
  const shard = {
    file: "f",
    fileSize: 3000 * 2 ** 20,
    start: 0,
    end: 1000 * 2 ** 20,
    shardIndexInFile: 2,
    shardsInFile: 4,
  };
  assert.deepEqual(partsOf(shard), [
    { number: 5001, start: 0, end: 512 * 2 ** 20 },
    { number: 5002, start: 512 * 2 ** 20, end: 1000 * 2 ** 20 },
  ]);
  assert.deepEqual(partsOf({ ...shard, fileSize: 0, end: 0, shardIndexInFile: 0, shardsInFile: 1 }), [
    { number: 1, start: 0, end: 0 },
  ]);
  assert.throws(() => partsOf({ ...shard, end: 5 * 2 ** 20 - 1 }), /can not be uploaded/);
  assert.throws(() => partsOf({ ...shard, shardsInFile: 4096, end: 2 ** 31 }), /can not be uploaded/);
});
