/**
 * S3 places, clients and errors, shared by the source and the sink.
 *
 * A place is written `s3://bucket/key` plus, where they are needed, options of our own as a query in this order:
 * `?anonymous=1&endpoint=…&path_style=1&region=…&request_payer=requester`. So a pin or an output URI says all that
 * reaching it takes but credentials, which come from the standard chain of the environment.
 */
import type { S3Client } from "@aws-sdk/client-s3";
import {
  CheckpointConfigError,
  CheckpointError,
  CheckpointSourceError,
  CheckpointTimeoutError,
} from "@drydock/checkpoint";
import { checkedLookup, checkHost } from "./addresses.ts";
import { connectionError, retryAfterMs, statusError } from "./failure.ts";

export interface S3Options {
  readonly endpoint?: string;
  readonly region?: string;
  readonly pathStyle?: boolean;
  readonly anonymous?: boolean;
  readonly requestPayer?: "requester";
}

export interface S3Place {
  readonly bucket: string;
  /** Not percent-encoded; "" for the bucket itself. */
  readonly key: string;
  readonly options: S3Options;
}

export function parseS3Uri(uri: string): S3Place {
  const [, bucket, path = "", query = ""] =
    /^s3:\/\/([^/?#]+)(?:\/([^?#]*))?(?:\?([^#]*))?$/i.exec(uri) ?? [];
  if (bucket === undefined) {
    throw new CheckpointConfigError([{ path: "", message: `"${uri}" is not of the form s3://bucket/key` }]);
  }
  return { bucket, key: decodeKey(path), options: parseOptions(new URLSearchParams(query)) };
}

export function s3Uri({ bucket, key, options }: S3Place): string {
  const path = key.split("/").map(encodeURIComponent).join("/");
  const query = new URLSearchParams();
  if (options.anonymous) query.set("anonymous", "1");
  if (options.endpoint !== undefined) query.set("endpoint", options.endpoint);
  if (options.pathStyle !== undefined) query.set("path_style", options.pathStyle ? "1" : "0");
  if (options.region !== undefined) query.set("region", options.region);
  if (options.requestPayer !== undefined) query.set("request_payer", options.requestPayer);
  return `s3://${bucket}/${path}${query.size === 0 ? "" : `?${query}`}`;
}

/** Options of an input's parameters, as the pipeline's schema checked them. */
export function optionsOfParams(params: Readonly<Record<string, unknown>>): S3Options {
  const { endpoint, region, path_style, anonymous, request_payer } = params;
  return {
    ...(typeof endpoint === "string" ? { endpoint: endpoint.replace(/\/+$/, "") } : {}),
    ...(typeof region === "string" ? { region } : {}),
    ...(typeof path_style === "boolean" ? { pathStyle: path_style } : {}),
    ...(anonymous === true ? { anonymous } : {}),
    ...(request_payer === "requester" ? { requestPayer: request_payer } : {}),
  };
}

function parseOptions(query: URLSearchParams): S3Options {
  const flag = (name: string): boolean | undefined => (query.has(name) ? query.get(name) === "1" : undefined);
  const { anonymous, path_style } = { anonymous: flag("anonymous"), path_style: flag("path_style") };
  return optionsOfParams({ ...Object.fromEntries(query), anonymous, path_style });
}

function decodeKey(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

/** One client per set of options; clients keep their connections for the life of the process. */
const clients = new Map<string, Promise<S3Client>>();

export function s3Client(options: S3Options, env: NodeJS.ProcessEnv): Promise<S3Client> {
  const endpoint = options.endpoint ?? (env.AWS_ENDPOINT_URL_S3 || env.AWS_ENDPOINT_URL || undefined);
  const key = JSON.stringify([options, endpoint, env.AWS_REGION, env.AWS_ACCESS_KEY_ID, env.AWS_PROFILE]);
  const known = clients.get(key);
  if (known !== undefined) return known;
  const made = makeClient(options, endpoint, env);
  clients.set(key, made);
  return made;
}

async function makeClient(
  options: S3Options,
  endpoint: string | undefined,
  env: NodeJS.ProcessEnv,
): Promise<S3Client> {
  if (endpoint !== undefined) checkHost(new URL(endpoint).hostname, env);
  // 22 MB of code, loaded only where S3 is in use.
  const { S3Client } = await import("@aws-sdk/client-s3");
  const foreign = endpoint !== undefined && !/\.amazonaws\.com(\.cn)?$/.test(new URL(endpoint).hostname);
  const agent = { keepAlive: true, maxSockets: 64, lookup: checkedLookup(env) };
  const region = options.region ?? (env.AWS_REGION || env.AWS_DEFAULT_REGION || undefined);
  // A profile may name a region; without one the SDK would refuse to start, and asks the right region if told to.
  const fallback = env.AWS_PROFILE === undefined || foreign ? "us-east-1" : undefined;
  return new S3Client({
    ...(endpoint === undefined ? {} : { endpoint }),
    ...((region ?? fallback) === undefined ? {} : { region: region ?? fallback }),
    forcePathStyle: options.pathStyle ?? foreign,
    followRegionRedirects: !foreign,
    // It would warn on the console of what becomes an error here.
    logger: { debug() {}, info() {}, warn() {}, error() {} },
    // Retrying is the retry wrapper's and the coordinator's business; a second layer multiplies the waits.
    maxAttempts: 1,
    // The default sends chunked bodies, which other stores refuse or store with the chunk headers inside.
    requestChecksumCalculation: "WHEN_REQUIRED",
    responseChecksumValidation: "WHEN_REQUIRED",
    requestHandler: { connectionTimeout: 10_000, socketTimeout: 30_000, httpAgent: agent, httpsAgent: agent },
    ...(options.anonymous ? { signer: { sign: async (request) => request } } : {}),
  });
}

const DENIED = new Set(["ExpiredToken", "InvalidToken", "InvalidAccessKeyId", "SignatureDoesNotMatch"]);
const BUSY = new Set(["SlowDown", "TooManyRequestsException", "RequestLimitExceeded", "ServiceUnavailable"]);

/** What the SDK threw, as an error with a kind. `name` is the place without options. */
export function s3Error(name: string, thrown: unknown, signal?: AbortSignal): CheckpointError {
  if (thrown instanceof CheckpointError || signal?.aborted === true || !(thrown instanceof Error)) {
    return connectionError(name, thrown, signal);
  }
  if (thrown.name === "CredentialsProviderError") {
    return new CheckpointSourceError(`${name}: no AWS credentials on the fetcher`, {
      kind: "denied",
      code: "SOURCE_CREDENTIALS",
      cause: thrown,
      remedy:
        "give the fetcher AWS credentials (AWS_ACCESS_KEY_ID, a profile, a role), or set anonymous: true",
    });
  }
  if (thrown.name === "TimeoutError") {
    return new CheckpointTimeoutError(`${name}: ${thrown.message}`, {
      code: "SOURCE_TIMEOUT",
      cause: thrown,
    });
  }
  const answer = answerOf(thrown);
  const status = DENIED.has(thrown.name) ? 403 : BUSY.has(thrown.name) ? 503 : answer.status;
  if (status === undefined) return connectionError(name, thrown, signal);
  const wait = retryAfterMs(answer.retryAfter, Date.now());
  return statusError(name, status, {
    said: thrown.name,
    cause: thrown,
    ...(wait === undefined ? {} : { retryAfterMs: wait }),
  });
}

/** The HTTP answer behind an error of the SDK. */
function answerOf(error: Error): { readonly status?: number; readonly retryAfter?: string } {
  // ServiceException's documented fields; `instanceof` would need the SDK loaded here.
  const { $metadata, $response } = error as Error & {
    readonly $metadata?: { readonly httpStatusCode?: number };
    readonly $response?: { readonly headers?: Readonly<Record<string, string>> };
  };
  const status = $metadata?.httpStatusCode;
  const retryAfter = $response?.headers?.["retry-after"];
  return {
    ...(status === undefined ? {} : { status }),
    ...(retryAfter === undefined ? {} : { retryAfter }),
  };
}
