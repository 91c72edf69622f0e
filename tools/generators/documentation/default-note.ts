import type { AnyOptions } from "../../../src/plugin/schema/attribute";
import { codeSpan } from "./markdown-code";
import { valueExpression } from "./value-expression";

/** What follows a description that does not name the default itself: `Default: …`, or nothing. */
export function defaultNote({ default: value, description }: AnyOptions): string {
  if (value === undefined || value === null || /\bDefault: /.test(description)) return "";
  // Like the descriptions, which write `us` and `30s` without quotes; an empty text would not be seen.
  return `Default: ${codeSpan(typeof value === "string" && value.trim() !== "" ? value : valueExpression(value))}.`;
}
