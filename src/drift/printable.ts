/**
 * Characters that terminals obey and readers do not see: controls, invisible ones, and those that turn the direction
 * of writing (https://www.unicode.org/reports/tr36/#Bidirectional_Text_Spoofing). Lone surrogates belong to no text.
 */
const UNPRINTABLE =
  /[\u0000-\u001f\u007f-\u009f\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb\ufffe\uffff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;

const SHORT: Readonly<Record<string, string>> = { "\n": "\\n", "\r": "\\r", "\t": "\\t" };

/** A text on one line, in which whatever a terminal would obey is written out, such as `\u001b`. */
export function printable(text: string): string {
  return text.replace(UNPRINTABLE, (sign) => SHORT[sign] ?? `\\u${sign.charCodeAt(0).toString(16).padStart(4, "0")}`);
}
