import assert from "node:assert/strict";
import { test } from "node:test";
import { CheckpointError } from "@drydock/checkpoint";
import { checkedLookup, checkHost } from "./addresses.ts";

const lookUp = (host: string, options: { all?: boolean }, env = {}): Promise<unknown> =>
  new Promise((resolve, reject) => {
    checkedLookup(env)(host, options, (error, address, family) => {
      if (error === null) resolve(family === undefined ? address : [address, family]);
      else reject(error);
    });
  });
const denied = (error: unknown) => error instanceof CheckpointError && error.code === "SOURCE_ADDRESS_DENIED";

test("a lookup answers as Node's does, one address or all", async () => {
  assert.deepEqual(await lookUp("127.0.0.1", {}), ["127.0.0.1", 4]);
  assert.deepEqual(await lookUp("127.0.0.1", { all: true }), [{ address: "127.0.0.1", family: 4 }]);
});

test("a name that leads to a denied address is refused before anything is sent there", async () => {
  for (const host of ["169.254.169.254", "::ffff:169.254.170.2", "fd00:ec2::254"]) {
    for (const all of [true, false]) await assert.rejects(lookUp(host, { all }), denied);
  }
  assert.deepEqual(await lookUp("169.254.1.1", {}, { DRYDOCK_ALLOW_ADDRESSES: "169.254.1.1,10.0.0.0/8" }), [
    "169.254.1.1",
    4,
  ]);
  await assert.rejects(lookUp("169.254.1.2", {}, { DRYDOCK_ALLOW_ADDRESSES: "169.254.1.1" }), denied);
});

test("an allow list that is none is a mistake of the configuration", () => {
  assert.throws(
    () => checkHost("169.254.1.1", { DRYDOCK_ALLOW_ADDRESSES: "everything" }),
    /DRYDOCK_ALLOW_ADDRESSES: expected addresses and networks such as 10\.0\.0\.0\/8, got "everything"/,
  );
});

test("addresses that only look alike pass", () => {
  for (const host of [
    "[::1]",
    "[2001:db8::a9fe:a9fe]",
    "[2003:a9fe:a9fe::]",
    "10.0.0.1",
    "192.0.0.193",
    "example.org",
  ]) {
    checkHost(host, {});
  }
});
