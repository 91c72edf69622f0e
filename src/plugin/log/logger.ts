/** Log levels of Terraform, from the most to the least talkative. */
export const LOG_LEVELS = ["trace", "debug", "info", "warn", "error"] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/** Facts that go with a message; every value is written as text. */
export type LogFields = Readonly<Record<string, string | number | boolean | undefined>>;

/** Writes records for Terraform's log. No record ever holds a value that was handed to `redact`. */
export interface Logger {
  trace(message: string, fields?: LogFields): void;
  debug(message: string, fields?: LogFields): void;
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  error(message: string, fields?: LogFields): void;
  /** The same log with fields that every record carries. */
  with(fields: LogFields): Logger;
  /** From now on `secret` appears as `***` in every record of this log and of those made from it. */
  redact(secret: string): void;
}

/**
 * The level that the person running Terraform asked for, from `TF_LOG_PROVIDER_<NAME>`, else `TF_LOG_PROVIDER`, else
 * `TF_LOG`. A value that names no level means the most talkative one, as it does to Terraform; so does `JSON`.
 *
 * @param name the provider's short name, such as `cronofy`
 */
export function logLevel(env: NodeJS.ProcessEnv, name: string): LogLevel | "off" {
  const own = `TF_LOG_PROVIDER_${name.toUpperCase().replaceAll("-", "_")}`;
  const wanted = (env[own] || env["TF_LOG_PROVIDER"] || env["TF_LOG"] || "off").toLowerCase();
  return wanted === "off" ? "off" : (LOG_LEVELS.find((level) => level === wanted) ?? "trace");
}

/** A description of an error that nobody foresaw. */
interface UnexpectedError {
  /** Such as `TypeError`: fit to be shown, because it holds nothing of the message. */
  readonly kind: string;
  /** Message and stack, for the log only: it masks secrets. */
  readonly trace: string;
}

/** Describes what was thrown or what a promise was rejected with, which need not be an `Error`. */
export function describeUnexpected(thrown: unknown): UnexpectedError {
  return thrown instanceof Error
    ? { kind: thrown.name, trace: thrown.stack ?? thrown.message }
    : { kind: typeof thrown, trace: String(thrown) };
}
