/** Where a gateway is: "unix:/path.sock" or "http://host:port". Who listens and who connects read it the same way. */
import { CheckpointConfigError } from "@drydock/checkpoint";

export type GatewayAddress =
  | { readonly kind: "unix"; readonly socketPath: string }
  | { readonly kind: "http"; readonly host: string; readonly port: number };

/** The kernel's limit on the path of a socket, less the final zero. */
const MAX_SOCKET_PATH_BYTES = process.platform === "linux" ? 107 : 103;

export function gatewayAddress(url: string): GatewayAddress {
  const parsed = URL.parse(url);
  if (parsed?.protocol === "unix:" && parsed.pathname.startsWith("/")) {
    const socketPath = decodeURIComponent(parsed.pathname);
    const bytes = Buffer.byteLength(socketPath);
    if (bytes <= MAX_SOCKET_PATH_BYTES) return { kind: "unix", socketPath };
    throw invalid(`a socket path of ${bytes} bytes; at most ${MAX_SOCKET_PATH_BYTES} can be opened`, url);
  }
  const whole = parsed?.pathname === "/" && parsed.search === "" && parsed.username === "";
  if (parsed?.protocol === "http:" && whole) {
    // An address of IPv6 stands in brackets in a URL, and without them everywhere else.
    return { kind: "http", host: parsed.hostname.replace(/^\[|\]$/g, ""), port: Number(parsed.port || 80) };
  }
  throw invalid("expected unix:/path.sock or http://host:port", url);
}

function invalid(why: string, url: string): CheckpointConfigError {
  return new CheckpointConfigError([{ path: "", message: `fetcher's address ${url}: ${why}` }], {
    code: "GATEWAY_ADDRESS",
    remedy: "set DRYDOCK_FETCHER_URL of the node's services to another address",
  });
}
