import assert from "node:assert/strict";
import { test } from "node:test";
import { bytesText, cut, cutMiddle, durationText, table, timeText, visible, wrap } from "./text.ts";

test("sizes and durations take the unit that fits", () => {
  assert.deepEqual([0, 1023, 1024, 3.5 * 2 ** 20, 2 ** 40, 2 ** 52].map(bytesText), [
    "0 B",
    "1023 B",
    "1.0 KiB",
    "3.5 MiB",
    "1.0 TiB",
    "4096.0 TiB",
  ]);
  assert.deepEqual([-5, 999, 12_340, 61_000, 7_380_000].map(durationText), [
    "0 ms",
    "999 ms",
    "12.3 s",
    "1 min 1 s",
    "2 h 3 min",
  ]);
  assert.equal(timeText(0), "");
  assert.match(timeText(1_700_000_000_000), /^2023-11-1\d \d\d:\d\d:\d\d$/);
});

test("text is wrapped at words, and a word that is too long stays whole", () => {
  assert.deepEqual(wrap("aa bb cc", "- ", "  ", 7), ["- aa bb", "  cc"]);
  assert.deepEqual(wrap(`a ${"x".repeat(20)} b`, "", "", 7), ["a", "x".repeat(20), "b"]);
  assert.deepEqual(wrap("", "- "), ["-"]);
});

test("cutting leaves the beginning, or both ends", () => {
  assert.equal(cut("abcdef", 4), "abc…");
  assert.equal(cutMiddle("/a/long/path/x", 10), "/a/…path/x");
  assert.equal(cutMiddle("short", 10), "short");
});

test("a table's last column takes what is left", () => {
  assert.deepEqual(
    table([
      ["A", "B"],
      ["aaa", "bbb"],
    ]),
    ["A    B", "aaa  bbb"],
  );
  assert.ok(table([["a", "x".repeat(200)]]).every((line) => line.length === 80));
});

test("no name of a stranger's file reaches the terminal as an escape", () => {
  assert.equal(visible("a\u001b[2Jb\u0007\u202ec\td"), "a\\x1b[2Jb\\x07\\x202ec d");
});
