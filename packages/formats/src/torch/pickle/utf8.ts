/** Python's str on disk: UTF-8 in which lone surrogates are encoded too ("surrogatepass"). */

const strict = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** The text in bytes [start, end), undefined if they are not UTF-8. */
export function decodeText(bytes: Buffer, start: number, end: number): string | undefined {
  if (isAscii(bytes, start, end)) return bytes.toString("latin1", start, end);
  try {
    return strict.decode(bytes.subarray(start, end));
  } catch {
    return withSurrogates(bytes.subarray(start, end));
  }
}

function isAscii(bytes: Buffer, start: number, end: number): boolean {
  for (let i = start; i < end; i++) if ((bytes[i] ?? 0) > 0x7f) return false;
  return true;
}

/** Decodes the pieces between surrogates strictly, and the surrogates (ED A0..BF xx) by themselves. */
function withSurrogates(bytes: Buffer): string | undefined {
  let text = "";
  let from = 0;
  try {
    for (let i = 0; i + 2 < bytes.length; i++) {
      const [a = 0, b = 0, c = 0] = bytes.subarray(i, i + 3);
      if (a !== 0xed || b < 0xa0 || b > 0xbf || c < 0x80 || c > 0xbf) continue;
      text += strict.decode(bytes.subarray(from, i));
      text += String.fromCharCode(0xd000 | ((b & 0x3f) << 6) | (c & 0x3f));
      from = i + 3;
      i += 2;
    }
    return text + strict.decode(bytes.subarray(from));
  } catch {
    return undefined;
  }
}
