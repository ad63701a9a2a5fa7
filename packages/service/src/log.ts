/** JSON logs on standard error, one object a line; run, task and trace ids ride on every line of a task. */
import { type Logger, pino } from "pino";

export type { Logger };

/** Query values that sign a request, and credentials before an @: gone before a line is written. */
const SECRETS =
  /([?&](?:X-Amz-Signature|X-Amz-Security-Token|X-Amz-Credential|sig|se|sp|token|access_token|key)=)[^&\s"]+/gi;
const USERINFO = /(\w+:\/\/)[^/@\s"]+@/g;

/** The text without what could be a secret. */
export function redact(text: string): string {
  return text.replace(SECRETS, "$1…").replace(USERINFO, "$1");
}

export function createLog(service: string, level: string): Logger {
  return pino(
    {
      level,
      base: { service },
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      redact: {
        paths: ["password", "token", "authorization", "*.password", "*.token", "*.authorization"],
        censor: "…",
      },
      hooks: {
        streamWrite: redact,
      },
    },
    pino.destination({ fd: 2, sync: true }),
  );
}
