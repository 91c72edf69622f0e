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
