/** A gateway and its clients over real sockets; the source behind it is the test's. */
import assert from "node:assert/strict";
import { existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { Agent, type IncomingHttpHeaders, request } from "node:http";
import { connect, createServer, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { type TestContext, test } from "node:test";
import { CheckpointError, CheckpointNotFoundError, type ErrorKind, RETRYABLE } from "@drydock/checkpoint";
import { MIB, sampleBytes, samplePin } from "../cache/sample.ts";
import { gatewayAddress } from "./address.ts";
import { gatewaySource } from "./client.ts";
import { type GatewayOptions, startGateway } from "./server.ts";

const pin = samplePin(40 * MIB, "s3://bucket/key");

function folder(t: TestContext): string {
  const dir = mkdtempSync(join(tmpdir(), "dd-gw-"));
  t.after(() => rmSync(dir, { recursive: true, force: true }));
  return dir;
}

/** A gateway to the one pin; `asked` counts the sizes of the reads that reached it. */
async function start(t: TestContext, options: Partial<GatewayOptions> = {}) {
  const asked: number[] = [];
  const gateway = await startGateway({
    url: "http://127.0.0.1:0",
    resolvePin: async (id) => (id === pin.id ? pin : undefined),
    async read(_pin, begin, end) {
      asked.push(end - begin);
      return sampleBytes(begin, end);
    },
    ...options,
  });
  t.after(() => gateway.close());
  return { gateway, asked, url: gateway.url, source: gatewaySource({ url: gateway.url, pin }) };
}

interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** A request as any program might send it. */
function send(
  url: string,
  path: string,
  headers: Record<string, string> = {},
  method = "GET",
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    request(url + path, { method, headers, agent: new Agent() }, async (response) => {
      resolve({ status: response.statusCode ?? 0, headers: response.headers, body: await text(response) });
    })
      .on("error", reject)
      .end();
  });
}

const path = `/v1/objects/${pin.id}`;

for (const kind of ["unix", "http"] as const) {
  test(`over ${kind} a pinned range comes exactly, long ones in parts of 4 MiB`, async (t) => {
    const { source, asked } = await start(t, kind === "unix" ? { url: `unix:${folder(t)}/f.sock` } : {});
    assert.equal(source.size, pin.size);
    assert.deepEqual(await source.read(pin.size - 1, pin.size), sampleBytes(pin.size - 1, pin.size));
    assert.deepEqual(await source.read(7, 7 + 18 * MIB), sampleBytes(7, 7 + 18 * MIB));
    assert.equal(asked.length, 1 + 5);
    assert.equal(
      asked.reduce((sum, n) => sum + n),
      1 + 18 * MIB,
    );
    assert.deepEqual(await source.read(5, 5), new Uint8Array());
    await assert.rejects(source.read(0, pin.size + 1), RangeError);
    assert.equal(asked.length, 6);
  });
}

test("a hundred reads one after the other use one connection", async (t) => {
  let connections = 0;
  const { url, gateway } = await start(t);
  const target = new URL(url);
  const proxy = createServer((client) => {
    connections++;
    pipe(client, Number(target.port));
  });
  const port = await listen(t, proxy);
  const source = gatewaySource({ url: `http://127.0.0.1:${port}`, pin });
  for (let i = 0; i < 100; i++) assert.deepEqual(await source.read(i, i + 3), sampleBytes(i, i + 3));
  assert.equal(connections, 1);
  await gateway.close();
});

test("HEAD tells the size, a GET its range, and nothing else is served", async (t) => {
  const { url, asked } = await start(t);
  const head = await send(url, path, {}, "HEAD");
  assert.deepEqual([head.status, head.headers["content-length"], head.body], [200, String(pin.size), ""]);
  assert.equal((await send(url, `/v1/objects/${"0".repeat(64)}`, {}, "HEAD")).status, 404);
  const got = await send(url, path, { range: "bytes=10-19" });
  assert.deepEqual([got.status, got.headers["content-range"]], [206, `bytes 10-19/${pin.size}`]);

  const whole = "bytes=0-0";
  const wrong: [string, Record<string, string>, string, number][] = [
    ["/v1/objects/../../etc/passwd", { range: whole }, "GET", 400],
    [`${path}/`, { range: whole }, "GET", 400],
    [`/v1/objects/${pin.id.toUpperCase()}`, { range: whole }, "GET", 400],
    [path, {}, "GET", 400],
    [path, { range: "bytes=0-1,4-5" }, "GET", 400],
    [path, { range: "bytes=-5" }, "GET", 400],
    [path, { range: "bytes=5-4" }, "GET", 416],
    [path, { range: `bytes=0-${pin.size}` }, "GET", 416],
    [path, { range: `bytes=0-${16 * MIB}` }, "GET", 416],
    [path, { range: whole }, "DELETE", 400],
  ];
  for (const [where, headers, method, status] of wrong) {
    const { status: found, body } = await send(url, where, headers, method);
    assert.equal(found, status, `${method} ${where} ${headers.range}`);
    assert.equal(JSON.parse(body).code, "GATEWAY_REQUEST");
  }
  assert.deepEqual(asked, [10]);
});

test("an error of the fetcher arrives as what it was, whatever its kind, and is not tried again", async (t) => {
  for (const kind of Object.keys(RETRYABLE) as ErrorKind[]) {
    let reads = 0;
    const thrown = new CheckpointNotFoundError("gone from the shelf", {
      kind,
      code: "SOURCE_X",
      details: { expected: 3, found: null, names: ["a"] },
      remedy: "acquire again",
      retryAfterMs: 1500,
    });
    const { source, gateway } = await start(t, {
      read: async () => {
        reads++;
        throw thrown;
      },
    });
    await assert.rejects(source.read(0, 1), (e: CheckpointError) => {
      assert.deepEqual(
        [e.name, e.message, e.kind, e.code, e.details, e.remedy, e.retryAfterMs],
        [thrown.name, thrown.message, kind, thrown.code, thrown.details, thrown.remedy, 1500],
      );
      return e instanceof CheckpointError;
    });
    assert.equal(reads, 1);
    await gateway.close();
  }
});

test("what no acquire has pinned is not found", async (t) => {
  const { url } = await start(t);
  const source = gatewaySource({ url, pin: { ...pin, id: "0".repeat(64) } });
  await assert.rejects(
    source.read(0, 1),
    (e: CheckpointError) =>
      e.kind === "not-found" && e.code === "GATEWAY_PIN" && e.details.pin === "0".repeat(64),
  );
});

test("with a token file, who does not know its content is refused, and a new content holds at once", async (t) => {
  const tokenFile = join(folder(t), "token");
  writeFileSync(tokenFile, "first\n");
  const { url, asked, source: without } = await start(t, { tokenFile });
  const source = gatewaySource({ url, pin, tokenFile });
  assert.equal((await source.read(0, 1)).length, 1);
  await assert.rejects(
    without.read(0, 1),
    (e: CheckpointError) => e.kind === "denied" && e.code === "GATEWAY_TOKEN",
  );
  assert.equal((await send(url, path, { range: "bytes=0-0", authorization: "Bearer firs" })).status, 401);
  writeFileSync(tokenFile, "second");
  assert.equal((await source.read(0, 1)).length, 1);
  assert.equal((await send(url, path, { range: "bytes=0-0", authorization: "Bearer first" })).status, 401);
  assert.equal(asked.length, 2);
  writeFileSync(tokenFile, "two\nlines");
  await assert.rejects(source.read(0, 1), { code: "GATEWAY_TOKEN_FILE" });
  await assert.rejects(start(t, { tokenFile: `${tokenFile}.none` }), { code: "GATEWAY_TOKEN_FILE" });
});

test("a connection that breaks in the middle is taken up again, and the bytes are right", async (t) => {
  const { url, asked } = await start(t);
  const target = new URL(url);
  let broken = 0;
  const proxy = createServer((client) => {
    const upstream = pipe(client, Number(target.port));
    let passed = 0;
    if (broken++ < 3) {
      upstream.on("data", (chunk: Buffer) => {
        passed += chunk.length;
        if (passed > 100_000) client.resetAndDestroy();
      });
    }
  });
  const port = await listen(t, proxy);
  const source = gatewaySource({ url: `http://127.0.0.1:${port}`, pin });
  assert.deepEqual(await source.read(0, 3 * MIB), sampleBytes(0, 3 * MIB));
  assert.equal(asked.length, 4);
});

test("a fetcher that comes back within seconds is not missed", async (t) => {
  const url = `unix:${folder(t)}/f.sock`;
  const source = gatewaySource({ url, pin });
  const reading = source.read(0, 10);
  const { gateway } = await start(t, { url });
  assert.deepEqual(await reading, sampleBytes(0, 10));
  await gateway.close();
  writeFileSync(gatewayPath(url), "left by a fetcher that was killed");
  await start(t, { url });
  assert.deepEqual(await source.read(0, 10), sampleBytes(0, 10));
  assert.equal(statSync(gatewayPath(url)).mode & 0o777, 0o660);
});

test("a fetcher that stays away is a source error naming where it was looked for", {
  timeout: 30_000,
}, async (t) => {
  const { gateway, url, source } = await start(t);
  await gateway.close();
  await assert.rejects(
    source.read(0, 1),
    (e: CheckpointError) =>
      e.kind === "source" && e.code === "GATEWAY_UNREACHABLE" && e.message.includes(url),
  );
});

test("a server that is no gateway is an error that says so", async (t) => {
  for (const [answer, code] of [
    ["HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nhi", "GATEWAY_ANSWER"],
    ["HTTP/1.1 502 Bad Gateway\r\ncontent-length: 2\r\n\r\n{}", "GATEWAY_ANSWER"],
    ["HTTP/1.1 206 Partial\r\ncontent-range: bytes 1-2/9\r\ncontent-length: 2\r\n\r\nhi", "GATEWAY_ANSWER"],
    [`HTTP/1.1 206 Partial\r\ncontent-range: bytes 0-0/${pin.size}\r\n\r\nhello`, "GATEWAY_ANSWER"],
  ] as const) {
    const server = createServer((client) => {
      client.once("data", () => client.end(answer));
      client.on("error", () => {});
    });
    const source = gatewaySource({ url: `http://127.0.0.1:${await listen(t, server)}`, pin });
    await assert.rejects(source.read(0, 1), { kind: "source", code });
  }
});

test("who hangs up stops the read that was done for them", { timeout: 20_000 }, async (t) => {
  const stopped = Promise.withResolvers<void>();
  const begun = Promise.withResolvers<void>();
  const { source } = await start(t, {
    read: (_pin, _start, _end, signal) =>
      new Promise((_resolve, reject) => {
        signal.addEventListener("abort", () => {
          stopped.resolve();
          reject(signal.reason);
        });
        begun.resolve();
      }),
  });
  const giveUp = new AbortController();
  const reading = source.read(0, 10, giveUp.signal);
  await begun.promise;
  giveUp.abort();
  await assert.rejects(reading, { kind: "cancelled" });
  await stopped.promise;
});

test("six who ask for the most at once hold two answers in memory", { timeout: 30_000 }, async (t) => {
  let reading = 0;
  let most = 0;
  const { url } = await start(t, {
    async read(_pin, begin, end) {
      most = Math.max(most, ++reading);
      const bytes = sampleBytes(begin, end);
      await new Promise((resolve) => setTimeout(resolve, 5));
      reading--;
      return bytes;
    },
  });
  const range = { range: `bytes=0-${16 * MIB - 1}` };
  const statuses = await Promise.all(
    Array.from({ length: 6 }, () =>
      fetch(url + path, { headers: range }).then(async (answer) => {
        for await (const _ of answer.body ?? []);
        return answer.status;
      }),
    ),
  );
  assert.deepEqual(new Set(statuses), new Set([206]));
  assert.ok(most <= 2, `${most}`);
});

test("a stop lets the answer under way go out and then listens no more", { timeout: 20_000 }, async (t) => {
  const gate = Promise.withResolvers<void>();
  const begun = Promise.withResolvers<void>();
  const { gateway, source } = await start(t, {
    url: `unix:${folder(t)}/f.sock`,
    async read(_pin, begin, end) {
      begun.resolve();
      await gate.promise;
      return sampleBytes(begin, end);
    },
  });
  const reading = source.read(0, 10);
  await begun.promise;
  const closing = gateway.close();
  gate.resolve();
  assert.deepEqual(await reading, sampleBytes(0, 10));
  await closing;
  assert.equal(existsSync(gatewayPath(gateway.url)), false);
});

test("an address that cannot be one is refused before anything is opened", async (t) => {
  const wrong = [
    "",
    "/run/f.sock",
    "https://host:1",
    "http://host:1/path",
    "http://a:b@host:1",
    "tcp://host:1",
  ];
  for (const url of [...wrong, `unix:/${"x".repeat(110)}`]) {
    await assert.rejects(start(t, { url }), { kind: "config", code: "GATEWAY_ADDRESS" });
  }
  assert.throws(() => gatewaySource({ url: "ftp://x", pin }), { code: "GATEWAY_ADDRESS" });
  assert.deepEqual(gatewayAddress("http://[::1]:80"), { kind: "http", host: "::1", port: 80 });
});

function gatewayPath(url: string): string {
  const address = gatewayAddress(url);
  return address.kind === "unix" ? address.socketPath : assert.fail(url);
}

function pipe(client: Socket, port: number): Socket {
  const upstream = connect(port, "127.0.0.1");
  client.on("error", () => upstream.destroy());
  upstream.on("error", () => client.destroy());
  client.pipe(upstream).pipe(client);
  return upstream;
}

async function listen(t: TestContext, server: ReturnType<typeof createServer>): Promise<number> {
  const open = new Set<Socket>();
  server.on("connection", (socket) => open.add(socket));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  t.after(() => {
    for (const socket of open) socket.destroy();
    server.close();
  });
  const address = server.address();
  return typeof address === "object" && address !== null ? address.port : assert.fail("not on TCP");
}
