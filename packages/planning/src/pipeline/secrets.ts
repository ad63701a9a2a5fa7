/**
 * A pipeline travels over the bus, into logs and manifests: it must hold no secret. Names that hold one and URIs with
 * credentials in them are refused; the value is never repeated.
 */
import { isPlainObject, joinPath, type Problems } from "./check.ts";

const SECRET =
  /(^|_)(password|passwd|secret|secrets|token|tokens|credential|credentials|api_?key|access_key|access_key_id|account_key|private_key|sas|authorization)$/i;
const USER_INFO = /^[a-z][a-z0-9+.-]*:\/\/[^/?#]*@/i;
const SIGNATURE =
  /[?&](x-amz-signature|x-amz-credential|x-amz-security-token|x-goog-signature|signature|sig|awsaccesskeyid|token|access_token|api_key)=/i;

const SECRETS_ADVICE =
  "keep it out of the pipeline: the fetcher reads credentials from its own environment or files";

/** Adds a problem for every secret below `value`. Returns whether there was one. */
export function findSecrets(value: unknown, path: string, problems: Problems): boolean {
  const before = problems.length;
  visit(value, path, problems);
  return problems.length > before;
}

function visit(value: unknown, path: string, problems: Problems): void {
  if (typeof value === "string") {
    if (USER_INFO.test(value))
      problems.push({ path, message: `holds credentials before "@"; ${SECRETS_ADVICE}` });
    else if (SIGNATURE.test(value)) problems.push({ path, message: `is a signed URL; ${SECRETS_ADVICE}` });
  } else if (Array.isArray(value)) {
    for (const [i, entry] of value.entries()) visit(entry, joinPath(path, [i]), problems);
  } else if (isPlainObject(value)) {
    for (const [key, entry] of Object.entries(value)) {
      const below = joinPath(path, [key]);
      if (SECRET.test(key)) problems.push({ path: below, message: `is a secret; ${SECRETS_ADVICE}` });
      else visit(entry, below, problems);
    }
  }
}
