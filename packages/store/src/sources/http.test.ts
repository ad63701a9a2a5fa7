import assert from "node:assert/strict";
import { type AddressInfo, createServer as createSocketServer, type Socket } from "node:net";
import { after, before, test } from "node:test";
import { CheckpointError, type Pin } from "@drydock/checkpoint";
import { type RangeFault, type RangeServer, startRangeServer } from "@drydock/testkit";
import { sourceConformance } from "./conformance.ts";
import { createHttpSource, httpSource } from "./http.ts";
import { HTTP_LIMITS } from "./http-get.ts";
import { type InputRef, makePin, type SourceContext } from "./source.ts";

const ctx: SourceContext = { nodeId: "n1", env: {} };
const BYTES = Uint8Array.from({ length: 1000 }, (_, i) => (i * 31) & 255);

let server: RangeServer;
before(async () => {
  server = await startRangeServer();
});
after(() => server.close());

const at = (uri: string, params = {}): InputRef => ({
  name: "source",
  type: "http",
  uri,
  params: { url: uri, ...params },
});
const failure =
  (code: string, kind: string, text = /(?:)/) =>
  (error: unknown) => {
    assert.ok(error instanceof CheckpointError, String(error));
    assert.deepEqual([error.code, error.kind], [code, kind], error.message);
    assert.match(error.message, text);
    return true;
  };
/** A listener that takes connections and says nothing. */
async function listen(): Promise<{ readonly port: number; close(): Promise<unknown> }> {
  const taken: Socket[] = [];
  const listener = createSocketServer((socket) => taken.push(socket));
  await new Promise<void>((resolve) => listener.listen(0, "127.0.0.1", resolve));
  const close = (): Promise<unknown> => {
    for (const socket of taken) socket.destroy();
    return new Promise((resolve) => listener.close(resolve));
  };
  return { port: (listener.address() as AddressInfo).port, close };
}
/** A pinned object whose later requests meet the fault. */
async function pinned(path: string, fault?: RangeFault, source = httpSource): Promise<Pin> {
  server.objects.set(path, BYTES);
  server.fault = undefined;
  const [pin] = await source.pin(at(server.url + path), ctx);
  server.fault = () => fault;
  return pin ?? assert.fail("no pin");
}
async function readWith(fault: RangeFault, start = 10, end = 20): Promise<Uint8Array> {
  return await (await httpSource.open(await pinned("/faulty", fault), ctx)).read(start, end);
}

sourceConformance("http", () => {
  server.fault = undefined;
  return {
    source: httpSource,
    ctx,
    async put(name, bytes) {
      server.objects.set(`/${name}`, bytes);
      return at(`${server.url}/${name}`);
    },
    async remove(name) {
      server.objects.delete(`/${name}`);
    },
    absent: (name) => at(`${server.url}/${name}`),
  };
});

test("a 200 to a range request is an error", async () => {
  await assert.rejects(
    readWith({ kind: "whole" }),
    failure("SOURCE_RANGE_IGNORED", "source", /answered 200/),
  );
});

test("a short body is an error, whether announced, cut or closed early", async () => {
  const short = failure("SOURCE_LENGTH", "source", /expected a body of 10 bytes, got/);
  await assert.rejects(readWith({ kind: "short", bytes: 1 }), short);
  await assert.rejects(readWith({ kind: "drop", afterBytes: 4 }), short);
  await assert.rejects(readWith({ kind: "drop", afterBytes: 0 }), short);
});

test("a body longer than the range is an error", async () => {
  await assert.rejects(readWith({ kind: "short", bytes: -1 }), failure("SOURCE_LENGTH", "source"));
});

test("another range than the one asked for is an error, and so is none", async () => {
  for (const value of ["bytes 11-20/1000", "bytes 10-20/1000", "items 10-19/1000"]) {
    await assert.rejects(
      readWith({ kind: "content-range", value }),
      failure("SOURCE_RANGE_INVALID", "source", /asked for bytes \[10, 20\)/),
    );
  }
  await assert.rejects(
    readWith({ kind: "headers", headers: { "content-range": "", "content-type": "multipart/byteranges" } }),
    failure("SOURCE_RANGE_INVALID", "source"),
  );
});

test("a changed tag is kind changed, in a 206, in a 200 and as a 412; so are a changed size and a 416", async () => {
  const changed = failure("SOURCE_CHANGED", "changed");
  await assert.rejects(readWith({ kind: "headers", headers: { etag: '"other"' } }), changed);
  await assert.rejects(readWith({ kind: "content-range", value: "bytes 10-19/999" }), changed);
  await assert.rejects(readWith({ kind: "status", status: 412 }), changed);
  await assert.rejects(readWith({ kind: "status", status: 416 }), changed);
  await assert.rejects(readWith({ kind: "status", status: 200, headers: { etag: '"other"' } }), changed);
});

test("an answer that is encoded although identity was asked for is an error", async () => {
  const gzip: RangeFault = { kind: "headers", headers: { "content-encoding": "gzip" } };
  await assert.rejects(readWith(gzip), failure("SOURCE_ENCODED", "config", /gzip/));
  server.fault = () => gzip;
  await assert.rejects(httpSource.pin(at(`${server.url}/faulty`), ctx), failure("SOURCE_ENCODED", "config"));
});

test("statuses become kinds, and Retry-After a wait", async () => {
  for (const [status, kind] of [
    [401, "denied"],
    [403, "denied"],
    [404, "not-found"],
    [408, "timeout"],
    [418, "config"],
    [429, "throttled"],
    [500, "source"],
    [502, "source"],
    [503, "throttled"],
  ] as const) {
    await assert.rejects(
      readWith({ kind: "status", status }),
      (e) => e instanceof CheckpointError && e.kind === kind,
    );
  }
  await assert.rejects(
    readWith({ kind: "status", status: 503, headers: { "retry-after": "7" } }),
    (e) => e instanceof CheckpointError && e.retryAfterMs === 7000,
  );
  const date = new Date(Date.now() + 60_000).toUTCString();
  await assert.rejects(
    readWith({ kind: "status", status: 429, headers: { "retry-after": date } }),
    (e) => e instanceof CheckpointError && e.retryAfterMs > 50_000 && e.retryAfterMs <= 60_000,
  );
  await assert.rejects(
    readWith({ kind: "status", status: 503, headers: { "retry-after": "soon" } }),
    (e) => e instanceof CheckpointError && e.retryAfterMs === 0,
  );
});

test("a server without ranges is refused at pin, with what to do", async () => {
  server.objects.set("/plain", BYTES);
  server.fault = () => ({ kind: "whole" });
  await assert.rejects(httpSource.pin(at(`${server.url}/plain`), ctx), (error) => {
    failure("SOURCE_NO_RANGES", "config")(error);
    assert.match((error as CheckpointError).remedy ?? "", /download the file/);
    return true;
  });
});

test("a pin needs the total size", async () => {
  server.objects.set("/odd", BYTES);
  for (const value of ["bytes 0-0/*", "bytes 0-1/1000", ""]) {
    server.fault = () => ({ kind: "content-range", value });
    await assert.rejects(
      httpSource.pin(at(`${server.url}/odd`), ctx),
      failure("SOURCE_RANGE_INVALID", "source"),
    );
  }
});

test("a weak tag is no identity: the object is pinned by its size", async () => {
  await using weak = await startRangeServer({ objects: new Map([["/w", BYTES]]), etag: "weak" });
  const [pin] = await httpSource.pin(at(`${weak.url}/w`), ctx);
  assert.deepEqual(pin?.identity, { kind: "size" });
  const source = await httpSource.open(pin, ctx);
  assert.deepEqual(await source.read(5, 8), BYTES.subarray(5, 8));
  weak.objects.set("/w", BYTES.subarray(1));
  await assert.rejects(source.read(5, 8), failure("SOURCE_CHANGED", "changed"));
});

test("checksums of the whole object are taken from its headers and from the pipeline", async () => {
  server.objects.set("/sums", BYTES);
  const sha256 = Buffer.alloc(32, 7);
  server.fault = () => ({
    kind: "headers",
    headers: {
      "x-goog-hash": `crc32c=${Buffer.from("01020304", "hex").toString("base64")},md5=${Buffer.alloc(16, 9).toString("base64")}`,
      "repr-digest": `sha-256=:${sha256.toString("base64")}:`,
      "content-md5": Buffer.alloc(16, 1).toString("base64"),
    },
  });
  const [pin] = await httpSource.pin(at(`${server.url}/sums`), ctx);
  assert.deepEqual(pin?.checksums, [
    { algorithm: "crc32c", value: "01020304" },
    { algorithm: "md5", value: "09".repeat(16) },
    { algorithm: "sha256", value: "07".repeat(32) },
  ]);
  const [stated] = await httpSource.pin(at(`${server.url}/sums`, { sha256: "AB".repeat(32) }), ctx);
  assert.equal(stated?.checksums.find((c) => c.algorithm === "sha256")?.value, "ab".repeat(32));
});

test("redirects are followed to the object, carrying four headers and nothing else", async () => {
  await using other = await startRangeServer({ objects: new Map([["/real", BYTES]]) });
  server.fault = (request) =>
    request.url === "/old"
      ? { kind: "redirect", to: "/older" }
      : { kind: "redirect", to: `${other.url}/real` };
  const [pin] = await httpSource.pin(at(`${server.url}/old`), ctx);
  const source = await httpSource.open(pin ?? assert.fail(), ctx);
  assert.deepEqual(await source.read(3, 9), BYTES.subarray(3, 9));
  const sent = Object.keys(other.requests.at(-1)?.headers ?? {}).sort();
  assert.deepEqual(sent, ["accept-encoding", "connection", "host", "if-match", "range", "user-agent"]);
  assert.equal(other.requests.at(-1)?.headers["accept-encoding"], "identity");
});

test("a sixth redirect, one to another protocol and one with credentials are refused; nothing secret is shown", async () => {
  const to = async (location: string): Promise<unknown> => {
    server.fault = () => ({ kind: "redirect", to: location });
    return await httpSource.pin(at(`${server.url}/loop`), ctx).catch((e: unknown) => e);
  };
  const before = server.requests.length;
  failure("REDIRECT_LIMIT", "denied", /more than 5/)(await to("/loop"));
  assert.equal(server.requests.length - before, 6);
  for (const location of ["file:///etc/passwd", "gopher://x/", "http://user:pass@127.0.0.1/", "http://["]) {
    failure("REDIRECT_DENIED", "denied")(await to(location));
  }
  const error = await to("ftp://host/x?X-Amz-Signature=s3cr3t&part=1");
  failure("REDIRECT_DENIED", "denied", /\?X-Amz-Signature=…&part=1/)(error);
});

test("metadata addresses are refused in every spelling and after a redirect, unless an operator allows them", async () => {
  const denied = failure("SOURCE_ADDRESS_DENIED", "denied");
  for (const host of [
    "169.254.169.254",
    "169.254.170.2",
    "0xa9fea9fe",
    "2852039166",
    "[::ffff:a9fe:a9fe]",
    "[64:ff9b::a9fe:a9fe]",
    "[2002:a9fe:a9fe::1]",
    "[::169.254.169.254]",
    "[fd00:ec2::254]",
    "[fe80::1]",
    "168.63.129.16",
  ]) {
    await assert.rejects(httpSource.pin(at(`http://${host}/latest/`), ctx), denied, host);
  }
  server.fault = () => ({ kind: "redirect", to: "http://169.254.169.254/latest/" });
  await assert.rejects(httpSource.pin(at(`${server.url}/x`), ctx), denied);

  const allowed = { ...ctx, env: { DRYDOCK_ALLOW_ADDRESSES: "10.0.0.0/8, 169.254.0.0/16" } };
  const quick = createHttpSource({ ...HTTP_LIMITS, connectMs: 50 });
  await assert.rejects(
    quick.pin(at("http://169.254.169.254/latest/"), allowed),
    (e) => e instanceof CheckpointError && e.code !== "SOURCE_ADDRESS_DENIED",
  );
});

test("a name is looked up and its addresses are checked", async () => {
  server.objects.set("/named", BYTES);
  server.fault = undefined;
  const [pin] = await httpSource.pin(at(`http://localhost:${server.port}/named`), ctx);
  assert.equal(pin?.size, 1000);
  await assert.rejects(
    httpSource.pin(at("http://no-such-host.invalid/x"), ctx),
    failure("SOURCE_CONNECTION", "source"),
  );
});

test("URLs with credentials, control characters or signatures are refused and not repeated", async () => {
  for (const uri of [
    "http://user:pass@host/x",
    "http://host\\@evil/x",
    "http://ho\tst/x",
    "ftp://host/x",
    "nonsense",
  ]) {
    await assert.rejects(httpSource.pin(at(uri), ctx), (error) => {
      failure("SOURCE_URL_INVALID", "config")(error);
      assert.doesNotMatch((error as Error).message, /pass/);
      return true;
    });
  }
  await assert.rejects(
    httpSource.pin(at(`${server.url}/x?sig=s3cr3t`), ctx),
    failure("SOURCE_URL_INVALID", "config", /\?sig=…: a signed URL/),
  );
});

test("silence, a stalled body and a trickle end as timeouts", async () => {
  const quick = (limits: Partial<typeof HTTP_LIMITS>) => createHttpSource({ ...HTTP_LIMITS, ...limits });
  const timeout = failure("SOURCE_TIMEOUT", "timeout");
  for (const fault of [{ kind: "stall" }, { kind: "stall", afterBytes: 4 }] as const) {
    for (const source of [quick({ idleMs: 40 }), quick({ graceMs: 40, floorBytesPerS: 1e9 })]) {
      const opened = await source.open(await pinned("/slow", fault), ctx);
      await assert.rejects(opened.read(0, 10), timeout);
    }
  }
  // It takes the connection and never speaks TLS.
  const mute = await listen();
  await assert.rejects(
    quick({ connectMs: 40 }).pin(at(`https://127.0.0.1:${mute.port}/`), ctx),
    failure("SOURCE_TIMEOUT", "timeout", /no connection within 40 ms/),
  );
  await mute.close();
});

test("a refused connection is worth another try, a peer without trustworthy TLS is not", async () => {
  const { port, close } = await listen();
  await close();
  await assert.rejects(
    httpSource.pin(at(`http://127.0.0.1:${port}/`), ctx),
    failure("SOURCE_CONNECTION", "source", /ECONNREFUSED/),
  );
  await assert.rejects(
    httpSource.pin(at(`https://127.0.0.1:${server.port}/`), ctx),
    failure("SOURCE_TLS", "denied"),
  );
});

test("a read can be aborted while it waits", async () => {
  const opened = await httpSource.open(await pinned("/wait", { kind: "stall", afterBytes: 4 }), ctx);
  await assert.rejects(
    opened.read(0, 10, AbortSignal.timeout(30)),
    (e) => e instanceof CheckpointError && e.kind === "cancelled",
  );
});

test("ranges one after another use one connection, an empty one none", async () => {
  await using own = await startRangeServer({ objects: new Map([["/keep", BYTES]]) });
  const [pin] = await httpSource.pin(at(`${own.url}/keep`), ctx);
  const opened = await httpSource.open(pin ?? assert.fail(), ctx);
  for (let i = 0; i < 20; i++) await opened.read(i, i + 10);
  await opened.read(5, 5);
  assert.equal(own.requests.length, 21);
  assert.equal(own.connections, 1);
  assert.equal(own.bytesSent, 201);
});

test("a pin of another kind of identity is a bug and said so", async () => {
  const pin = makePin({ ...(await pinned("/kind")), identity: { kind: "version", versionId: "v" } });
  await assert.rejects(httpSource.open(pin, ctx), /pinned by version/);
});

test("an index that is no index is refused with what is wrong", async () => {
  server.fault = undefined;
  for (const [text, why] of [
    ["{", /is not JSON/],
    ["[]", /has no weight_map/],
    ['{"weight_map":[]}', /has no weight_map/],
    ['{"weight_map":{"a":"../x"}}', /names "\.\.\/x", which is no file of its folder/],
    ['{"weight_map":{"a":"/x"}}', /which is no file/],
    ['{"weight_map":{"a":"b\\\\c"}}', /which is no file/],
    ['{"weight_map":{"a":7}}', /names 7/],
  ] as const) {
    server.objects.set("/m.safetensors.index.json", new TextEncoder().encode(text));
    await assert.rejects(
      httpSource.pin(at(`${server.url}/m.safetensors.index.json`), ctx),
      failure("SOURCE_INDEX_INVALID", "load", why),
    );
  }
  server.objects.set("/m.safetensors.index.json", { size: 2 ** 30, at: () => 32 });
  await assert.rejects(
    httpSource.pin(at(`${server.url}/m.safetensors.index.json`), ctx),
    failure("SOURCE_INDEX_INVALID", "load", /at most 134217728/),
  );
});
