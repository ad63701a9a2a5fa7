/**
 * A strict JSON cursor over bytes, for text whose exact form matters. JSON.parse cannot be used on it: it merges
 * duplicate keys, rounds integers above 2^53, takes 4e0 for an integer and recurses as deep as the text asks.
 *
 * J1  Every byte of a value is checked against RFC 8259, also of values that are skipped.
 * J2  Recursion is bounded by `depth`; nothing is allocated from a length the text declares.
 * J3  Strings are well-formed Unicode: bad UTF-8 and lone surrogate escapes are errors.
 */

export type JsonProblem = "invalid" | "duplicate" | "overflow";

export interface JsonCursor {
  /** The next byte that is no white space, undefined at the end. */
  peek(): number | undefined;
  /** Calls `onKey` for each member, which must consume its value. A repeated key is the problem "duplicate". */
  object(onKey: (key: string) => void): void;
  /** Calls `onItem` for each element, which must consume it. */
  array(onItem: (index: number) => void): void;
  string(): string;
  /** A plain integer ≥ 0: no sign, fraction or exponent. Above 2^53 − 1 it is the problem "overflow". */
  uint(): number;
  /** Consumes null if it is next. */
  takeNull(): boolean;
  /** Consumes any value. */
  skip(): void;
  /** Fails unless only white space is left. */
  end(): void;
  /** Offset of the next byte. */
  readonly at: number;
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
const NUMBER = /^-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?$/;
const U64_MAX = 2n ** 64n - 1n;

/** `fail` makes the error to throw. */
export function jsonCursor(
  bytes: Uint8Array,
  depth: number,
  fail: (problem: JsonProblem, message: string, at: number) => Error,
): JsonCursor {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = 0;
  let level = 0;

  const invalid = (message: string) => fail("invalid", message, at);

  function peek(): number | undefined {
    let c = bytes[at];
    while (c === 0x20 || c === 0x0a || c === 0x0d || c === 0x09) c = bytes[++at];
    return c;
  }

  function take(c: string): boolean {
    if (peek() !== c.charCodeAt(0)) return false;
    at++;
    return true;
  }

  function expect(c: string): void {
    if (!take(c)) throw invalid(`expected ${c}`);
  }

  function enter(): void {
    if (++level > depth) throw invalid(`nested deeper than ${depth}`);
  }

  function members(close: string, each: (index: number) => void): void {
    enter();
    if (!take(close)) {
      let index = 0;
      do each(index++);
      while (take(","));
      expect(close);
    }
    level--;
  }

  function object(onKey: (key: string) => void): void {
    expect("{");
    const seen = new Set<string>();
    members("}", () => {
      peek();
      const keyAt = at;
      const key = string();
      if (seen.has(key)) throw fail("duplicate", `key ${quoteName(key)} appears twice`, keyAt);
      seen.add(key);
      expect(":");
      onKey(key);
    });
  }

  function array(onItem: (index: number) => void): void {
    expect("[");
    members("]", onItem);
  }

  function string(): string {
    if (peek() !== QUOTE) throw invalid("expected a string");
    const start = at + 1;
    let ascii = true;
    let escaped = false;
    for (at = start; ; at++) {
      const c = bytes[at];
      if (c === QUOTE) break;
      if (c === undefined || c < 0x20) throw invalid("unterminated string or a control character in it");
      if (c === BACKSLASH) {
        escaped = true;
        at++;
      } else if (c > 0x7f) ascii = false;
    }
    const raw = buffer.subarray(start, at);
    at++;
    if (ascii && !escaped) return raw.toString("latin1");
    try {
      const text = utf8.decode(raw);
      if (!escaped) return text;
      // JSON.parse is strict about the escapes of one string; a string is all it sees here.
      const value: unknown = JSON.parse(`"${text}"`);
      if (typeof value === "string" && value.isWellFormed()) return value;
    } catch {
      // Falls through: the text is no Unicode or an escape is malformed.
    }
    throw fail("invalid", "string is not well-formed Unicode", start);
  }

  /** The text of the number or word that starts here; ends at the first byte that cannot belong to one. */
  function token(): string {
    peek();
    const start = at;
    while (isTokenByte(bytes[at])) at++;
    return buffer.toString("latin1", start, at);
  }

  function uint(): number {
    peek();
    const start = at;
    const text = token();
    if (!/^(0|[1-9][0-9]{0,19})$/.test(text) || BigInt(text) > U64_MAX) {
      throw fail("invalid", `expected an unsigned integer, found ${quoteName(text.slice(0, 40))}`, start);
    }
    const value = Number(text);
    if (!Number.isSafeInteger(value)) throw fail("overflow", `${text} cannot be addressed`, start);
    return value;
  }

  function takeNull(): boolean {
    if (peek() !== 0x6e) return false;
    if (token() !== "null") throw invalid("expected null");
    return true;
  }

  function skip(): void {
    const c = peek();
    if (c === 0x7b) object(skip);
    else if (c === 0x5b) array(skip);
    else if (c === QUOTE) string();
    else {
      const start = at;
      const text = token();
      if (text !== "true" && text !== "false" && text !== "null" && !NUMBER.test(text)) {
        throw fail("invalid", `expected a value, found ${quoteName(text.slice(0, 40))}`, start);
      }
    }
  }

  function end(): void {
    if (peek() !== undefined) throw invalid("bytes after the value");
  }

  return {
    peek,
    object,
    array,
    string,
    uint,
    takeNull,
    skip,
    end,
    get at() {
      return at;
    },
  };
}

/** Whether the byte can belong to a number or a word. */
function isTokenByte(c: number | undefined): boolean {
  if (c === undefined) return false;
  const letter = c | 0x20;
  return (
    (c >= 0x30 && c <= 0x39) || (letter >= 0x61 && letter <= 0x7a) || c === 0x2b || c === 0x2d || c === 0x2e
  );
}

/** A name from a file made safe to show: quoted, control characters escaped, not longer than a line. */
export function quoteName(name: string): string {
  return JSON.stringify(name.length > 120 ? `${name.slice(0, 120)}…` : name);
}
