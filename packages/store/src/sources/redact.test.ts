import assert from "node:assert/strict";
import { test } from "node:test";
import { holdsSecret, redactUri } from "./redact.ts";

test("credentials and the values that sign are never shown; the rest of the URI is", () => {
  for (const [uri, shown] of [
    ["https://h/x", "https://h/x"],
    ["https://h/x?part=1&v=2#f", "https://h/x?part=1&v=2#f"],
    ["https://user:pw@h/x", "https://h/x"],
    ["https://u:p@ss@h/x", "https://h/x"],
    ["https://h/x?X-Amz-Signature=abc&X-Amz-Date=1&a=b", "https://h/x?X-Amz-Signature=…&X-Amz-Date=…&a=b"],
    ["https://h/x?sv=2024&sig=a%2Bb&se=9", "https://h/x?sv=…&sig=…&se=…"],
    ["https://h/x?access_token=t&%73ig=t", "https://h/x?access_token=…&%73ig=…"],
    ["https://h/x?Signature=t&Key-Pair-Id=k&Policy=p", "https://h/x?Signature=…&Key-Pair-Id=…&Policy=…"],
    ["http://[bad/?token=t", "http://[bad/?…"],
    ["//u:p@x y?token", "//x y?…"],
  ] as const) {
    assert.equal(redactUri(uri), shown);
    assert.equal(holdsSecret(uri), uri !== shown);
  }
});
