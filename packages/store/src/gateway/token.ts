/** The secret a node's services share. It is a file, read again when used, so that it can be replaced at any time. */
import { createHash, timingSafeEqual } from "node:crypto";
import { readFile } from "node:fs/promises";
import { CheckpointConfigError } from "@drydock/checkpoint";

export async function readToken(file: string): Promise<string> {
  const token = await readFile(file, "utf8").then(
    (text) => text.trim(),
    (error: unknown) => {
      throw unusable(file, error instanceof Error ? error.message : String(error));
    },
  );
  // What may stand in a header.
  if (!/^[\x21-\x7e]+$/.test(token)) throw unusable(file, "expected one line of visible ASCII");
  return token;
}

/** Takes as long for a wrong token as for the right one. */
export function isAuthorized(header: string | undefined, token: string): boolean {
  return timingSafeEqual(digest(header ?? ""), digest(`Bearer ${token}`));
}

function digest(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}

function unusable(file: string, why: string): CheckpointConfigError {
  return new CheckpointConfigError([{ path: "", message: `token file ${file}: ${why}` }], {
    code: "GATEWAY_TOKEN_FILE",
  });
}
