import { LINK_STATUSES } from "../link";
import { HIDDEN, withoutSecretShapes } from "./secret-shapes";

/** Characters of one value. A report tells that something changed; what it was is for the plan itself. */
const LONGEST = 300;

/** Characters of a secret that is also hidden inside other texts. A shorter one is in every text by chance. */
const SHORTEST = 4;

/** A secret of this length is hidden in the middle of a word, too. */
const LONG = 8;

/** Words that every report is full of. */
const WORDS: ReadonlySet<string> = new Set<string>(["true", "false", "null", ...LINK_STATUSES]);

/** A secret that is longer is a file, which nobody encodes into another text. */
const LONGEST_REWRITTEN = 4096;

/** Makes texts that may be printed: one line, no secret, nothing that a terminal would obey. */
export interface SafeText {
  /** Of a value, or of what somebody else says. */
  (value: unknown): string;
  /** Of a sentence of our own, which stays whole also where a secret is a plain word that is in it. */
  sentence(text: string): string;
}

/** @param secrets texts that are hidden wherever they stand */
export function safeText(secrets: ReadonlySet<string>): SafeText {
  const hidden = new HiddenTexts(secrets);
  const hide = (text: string): string => withoutSecretShapes(hidden.hide(text, false));
  const hideIn = (_: string, part: unknown): unknown => {
    if (typeof part === "string") return hide(part);
    if (typeof part === "number") return hidden.has(String(part)) ? HIDDEN : part;
    if (typeof part !== "object" || part === null || Array.isArray(part)) return part;
    return Object.fromEntries(Object.entries(part).map(([name, each]) => [hidden.hide(name, true), each]));
  };
  const safe = (value: unknown): string =>
    brief(
      typeof value === "string" || typeof value === "number"
        ? hide(String(value))
        : JSON.stringify(value ?? null, hideIn),
    );
  return Object.assign(safe, { sentence: (text: string) => brief(withoutSecretShapes(hidden.hide(text, true))) });
}

function brief(text: string): string {
  const line = printable(text);
  if (line.length <= LONGEST) return line;
  const signs = Array.from(line);
  return signs.length <= LONGEST ? line : `${signs.slice(0, LONGEST - 1).join("")}…`;
}

/** Finds secrets in texts: for each place in a text, it looks up what begins there and only then how it goes on. */
class HiddenTexts {
  private readonly texts = new Set<string>();
  /** How long the secrets are that begin with this, longest first. */
  private readonly lengths = new Map<string, number[]>();

  constructor(secrets: ReadonlySet<string>) {
    const lengths = new Map<string, Set<number>>();
    for (const secret of secrets) {
      for (const text of waysToWrite(secret)) {
        if (text.length < SHORTEST || WORDS.has(text)) continue;
        const start = text.slice(0, SHORTEST);
        lengths.set(start, (lengths.get(start) ?? new Set()).add(text.length));
        this.texts.add(text);
      }
    }
    for (const [start, all] of lengths) {
      const longestFirst = [...all].sort((a, b) => b - a);
      this.lengths.set(start, longestFirst);
    }
  }

  has(text: string): boolean {
    return this.texts.has(text);
  }

  /** @param isSentence whether plain words amid others stay */
  hide(text: string, isSentence: boolean): string {
    if (this.texts.size === 0 || text.length < SHORTEST) return text;
    // The words that hide a secret are not searched for one.
    return text
      .split(HIDDEN)
      .map((part) => this.hideIn(part, isSentence))
      .join(HIDDEN);
  }

  private hideIn(text: string, isSentence: boolean): string {
    let [shown, end] = ["", 0];
    for (let at = 0; at <= text.length - SHORTEST; at++) {
      const length = this.lengthAt(text, at, isSentence);
      if (length === 0) continue;
      // Two that overlap, or follow each other, are hidden as one.
      if (at > end || shown === "") shown += text.slice(end, at) + HIDDEN;
      end = Math.max(end, at + length);
    }
    return shown + text.slice(end);
  }

  private lengthAt(text: string, at: number, isSentence: boolean): number {
    for (const length of this.lengths.get(text.slice(at, at + SHORTEST)) ?? []) {
      const end = at + length;
      if (end > text.length || !this.texts.has(text.slice(at, end))) continue;
      const [before, after] = [text.charAt(at - 1), text.slice(end, end + 2)];
      if (length < LONG && (WORD_SIGN.test(before) || WORD_SIGN.test(after.charAt(0)))) continue;
      const isPlain = isSentence && PLAIN_WORD.test(text.slice(at, end));
      if (isPlain && BEFORE_PLAIN_WORD.test(before) && AFTER_PLAIN_WORD.test(after)) continue;
      return length;
    }
    return 0;
  }
}

const WORD_SIGN = /[A-Za-z0-9]/;
/** At most as long as the longest of our own words. */
const PLAIN_WORD = /^[A-Z]?[a-z]{2,14}$/;
const BEFORE_PLAIN_WORD = /^$|[\s(_]/;
const AFTER_PLAIN_WORD = /^(?:$|[\s_]|[.,:;)](?:$|\s))/;

/** A secret as it stands in other texts: in JSON, in a URL, in what was made of a file with an empty last line. */
function* waysToWrite(secret: string): Generator<string> {
  yield secret;
  yield secret.trim();
  if (secret.length > LONGEST_REWRITTEN) return;
  const bytes = Buffer.from(secret);
  const base64 = bytes.toString("base64");
  yield base64;
  yield base64.replace(/=+$/, "");
  yield bytes.toString("base64url");
  // A secret of these signs alone looks the same in the other encodings.
  if (/^[\w.~-]*$/.test(secret)) return;
  const json = JSON.stringify(secret).slice(1, -1);
  yield json;
  // Terraform's jsonencode.
  yield json.replace(/[<>&\u2028\u2029]/g, (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, "0")}`);
  const url = encodeURIComponent(bytes.toString());
  yield url;
  // Terraform's urlencode.
  const form = url.replace(/[!'()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`);
  yield form;
  yield form.replaceAll("%20", "+");
}

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
