/** URIs and local paths as pipelines spell them. */
import { isAbsolute, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

/** "s3" of "s3://bucket/key"; undefined for a local path. One letter is no scheme but a drive. */
export function schemeOf(text: string): string | undefined {
  return /^([a-z][a-z0-9+.-]+):/i.exec(text)?.[1]?.toLowerCase();
}

export function isLocal(text: string): boolean {
  const scheme = schemeOf(text);
  return scheme === undefined || scheme === "file";
}

/** A local path or file URI as an absolute one, against `cwd` (and `home` for a leading "~/"). Others unchanged. */
export function absoluteLocal(text: string, cwd: string, home?: string): string {
  if (!isLocal(text) || /^file:\/\//i.test(text)) return text;
  const path = text.replace(/^file:/i, "");
  if (home !== undefined && (path === "~" || path.startsWith("~/")))
    return resolve(home, `.${path.slice(1)}`);
  return resolve(cwd, path);
}

/** Where a local input or output is. `host` is set for `file://host/path`. */
export interface LocalPlace {
  readonly path: string;
  readonly host?: string;
}

/** Path and host of an absolute path or file URI, or a sentence saying why not. */
export function localPlace(text: string): LocalPlace | string {
  if (!/^file:/i.test(text)) {
    return isAbsolute(text)
      ? { path: resolve(text) }
      : `"${text}" is a relative path; give an absolute one (the command line does so by itself)`;
  }
  try {
    // new URL would take "file:x" for "/x".
    if (!/^file:\//i.test(text)) throw new TypeError(text);
    const url = new URL(text);
    const host = url.host;
    url.host = "";
    const path = fileURLToPath(url);
    return host === "" || host === "localhost" ? { path } : { path, host };
  } catch {
    return `"${text}" is no file URI with an absolute path, such as file:///data/model.ckpt`;
  }
}

export function fileUri({ path, host }: LocalPlace): string {
  const uri = pathToFileURL(path).href;
  return host === undefined ? uri : uri.replace("file://", `file://${host}`);
}

export function withoutTrailingSlash(uri: string): string {
  return /^[a-z]+:\/\/\/?$/i.test(uri) ? uri : uri.replace(/\/+$/, "");
}
