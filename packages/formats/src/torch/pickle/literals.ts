/** The text literals of protocols 0 and 1, and integers in two's complement. Undefined stands for "no such literal". */
import { PICKLE_INT_DIGITS } from "../limits.ts";

/** A number while it is safe, else a bigint. */
export function compactInt(value: bigint): number | bigint {
  const narrow = Number(value);
  return Number.isSafeInteger(narrow) ? narrow : value;
}

/** Little-endian two's complement of any length; 0 for none. */
export function signedInt(bytes: Buffer): number | bigint {
  const { length } = bytes;
  if (length === 0) return 0;
  if (length <= 6) return bytes.readIntLE(0, length);
  const magnitude = BigInt(`0x${Buffer.from(bytes).reverse().toString("hex")}`);
  return compactInt(BigInt.asIntN(length * 8, magnitude));
}

export function decimalInt(text: string): number | bigint | undefined {
  return text.length <= PICKLE_INT_DIGITS && /^[+-]?[0-9]+$/.test(text)
    ? compactInt(text.startsWith("+") ? BigInt(text.slice(1)) : BigInt(text))
    : undefined;
}

export function decimalFloat(text: string): number | undefined {
  const special = /^([+-]?)(inf|infinity|nan)$/i.exec(text);
  if (special !== null) {
    const [, sign, word = ""] = special;
    if (word.toLowerCase() === "nan") return Number.NaN;
    return sign === "-" ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  }
  return /^[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?$/.test(text) ? Number(text) : undefined;
}

const ESCAPES: Readonly<Record<string, string>> = {
  "\\": "\\",
  "'": "'",
  '"': '"',
  n: "\n",
  r: "\r",
  t: "\t",
  a: "\x07",
  b: "\b",
  f: "\f",
  v: "\v",
};

/** The bytes, as latin-1, of a quoted Python string; an unknown escape keeps its backslash. */
export function quotedString(text: string): string | undefined {
  const quote = text[0];
  if (text.length < 2 || (quote !== "'" && quote !== '"') || !text.endsWith(quote)) return undefined;
  const body = text.slice(1, -1);
  let ok = true;
  const value = body.replace(/\\(x[0-9a-fA-F]{2}|[0-7]{1,3}|[\s\S])?/g, (whole, code: string | undefined) => {
    if (code === undefined || code === "x") ok = false;
    else if (code.length === 3 && code.startsWith("x")) {
      return String.fromCharCode(Number.parseInt(code.slice(1), 16));
    } else if (/^[0-7]/.test(code)) return String.fromCharCode(Number.parseInt(code, 8) & 0xff);
    else return ESCAPES[code] ?? whole;
    return "";
  });
  return ok ? value : undefined;
}

/** Python's raw-unicode-escape: \uXXXX and \UXXXXXXXX, everything else latin-1. */
export function rawUnicode(text: string): string | undefined {
  let ok = true;
  const value = text.replace(/\\(?:u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|([uU]))/g, (_, u, wide, broken) => {
    const code = Number.parseInt(u ?? wide ?? "0", 16);
    if (broken !== undefined || code > 0x10ffff) ok = false;
    else return String.fromCodePoint(code);
    return "";
  });
  return ok ? value : undefined;
}
