/** The result codes of SQLite that mean something to us; extended codes carry these in their low byte. */
export const SQLITE_BUSY = 5;
export const SQLITE_CORRUPT = 11;
export const SQLITE_FULL = 13;
export const SQLITE_NOTADB = 26;

export function isSqliteError(thrown: unknown, ...codes: readonly number[]): boolean {
  return (
    thrown instanceof Error &&
    "errcode" in thrown &&
    typeof thrown.errcode === "number" &&
    codes.includes(thrown.errcode & 0xff)
  );
}
