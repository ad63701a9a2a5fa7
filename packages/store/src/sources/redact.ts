/** URIs as they may be shown: without credentials, without the values that sign. */

const SIGNS = /^(x-amz-|x-goog-)|^(sig|sv|se|sp|st|sr|spr|skoid|sktid|ske|sks|skt|skv)$/i;
const SECRET = /signature|token|secret|password|credential|api_?key|accesskey|policy|key-pair-id|^auth/i;

/** The URI with user info removed and the value of every signing or secret query parameter replaced by "…". */
export function redactUri(uri: string): string {
  const url = URL.parse(uri);
  // What cannot be parsed cannot be searched for secrets either.
  if (url === null) return uri.replace(/[?#].*$/s, "?…").replace(/\/\/[^/@]*@/, "//");
  let text = uri.replace(/^([a-z][a-z0-9+.-]*:\/\/)[^/?#]*@/i, "$1");
  const query = text.indexOf("?");
  if (query < 0) return text;
  const parts = text.slice(query + 1).split("&");
  text = text.slice(0, query);
  return `${text}?${parts.map(redactPair).join("&")}`;
}

/** Whether the URI carries something that must not be kept. */
export function holdsSecret(uri: string): boolean {
  return redactUri(uri) !== uri;
}

function redactPair(pair: string): string {
  const name = pair.split("=", 1)[0] ?? "";
  const plain = new URLSearchParams(name).keys().next().value ?? "";
  return SIGNS.test(plain) || SECRET.test(plain) ? `${name}=…` : pair;
}
