/** Something that was given to be read is wrong, and the person who gave it can mend it. */
export class DriftInputError extends Error {
  override readonly name = "DriftInputError";

  constructor(
    /** What is wrong, in one sentence. */
    message: string,
    /** What to do about it. */
    readonly fix: string,
  ) {
    super(message);
  }
}

/**
 * JSON of any size, read one member at a time. A plan of 10,000 resources is 50 MB of text, most of which nobody asks
 * for: parsed as a whole it would take many times that in memory, so what is not asked for is skipped as bytes.
 */
export class JsonText {
  private constructor(
    private readonly bytes: Buffer,
    private readonly start: number,
    private readonly end: number,
  ) {}

  /** @param bytes UTF-8, or UTF-16 with a byte order mark, as PowerShell's `>` writes it */
  static of(bytes: Buffer): JsonText {
    const text = inUtf8(bytes);
    return new JsonText(text, skipSpace(text, 0), text.length);
  }

  /**
   * The JSON texts in what programs have printed: the only one most of the time; one for each folder, as Terragrunt prints
   * them; and those in a list. Lines of other text around them are passed over, as the step that sets up Terraform in
   * GitHub Actions adds them. Where there is no JSON, all of it is one text.
   */
  static *all(bytes: Buffer): Generator<PrintedJson> {
    const text = inUtf8(bytes);
    let found = 0;
    for (let at = skipSpace(text, 0); at < text.length;) {
      const before = beforeJson(text, at);
      if (before === null) {
        at = endOfLine(text, at);
        continue;
      }
      const start = at + before.length;
      const end = endOfValue(text, start);
      const next = skipSpaceInLine(text, end);
      // Text that goes on in the same line is part of it, and shows where it goes wrong.
      const isWhole = text[next] === LINE_FEED || beforeJson(text, next) !== null;
      const json = new JsonText(text, start, isWhole ? end : text.length);
      const folder = /\[([^\]]+)\]/.exec(before)?.[1];
      const each = { folder: folder === undefined ? null : Buffer.from(folder, "latin1").toString() };
      for (const one of text[start] === OPEN_BRACKET ? json.elements() : [json]) {
        yield { ...each, json: one };
        found++;
      }
      at = isWhole ? skipSpace(text, next) : text.length;
    }
    if (found === 0) yield { folder: null, json: new JsonText(text, skipSpace(text, 0), text.length) };
  }

  get isObject(): boolean {
    return this.bytes[this.start] === OPEN_BRACE;
  }

  /** Whether anything but white space is there. */
  get isEmpty(): boolean {
    return this.start >= this.end;
  }

  /** How the text begins, for an error message. */
  beginning(length: number): string {
    return this.bytes.toString("utf8", this.start, Math.min(this.end, this.start + length));
  }

  /**
   * The members of an object, in order.
   *
   * @throws DriftInputError where the text ends too early or is no JSON
   */
  *members(): Generator<[name: string, value: JsonText]> {
    let at = this.expect(this.start, OPEN_BRACE);
    if (this.bytes[at] === CLOSE_BRACE) return this.expectEnd(at + 1);
    for (;;) {
      const nameEnd = endOfString(this.bytes, at);
      const name = this.parsed(at, nameEnd) as string;
      const value = this.expect(skipSpace(this.bytes, nameEnd), COLON);
      const valueEnd = this.endOfValue(value);
      yield [name, new JsonText(this.bytes, value, valueEnd)];
      at = skipSpace(this.bytes, valueEnd);
      if (this.bytes[at] === CLOSE_BRACE) return this.expectEnd(at + 1);
      at = this.expect(at, COMMA);
    }
  }

  /** The elements of an array, in order; none of `null`. @throws DriftInputError as `members` does */
  *elements(): Generator<JsonText> {
    if (this.bytes[this.start] === LETTER_N) return;
    let at = this.expect(this.start, OPEN_BRACKET);
    if (this.bytes[at] === CLOSE_BRACKET) return;
    for (;;) {
      const valueEnd = this.endOfValue(at);
      yield new JsonText(this.bytes, at, valueEnd);
      at = skipSpace(this.bytes, valueEnd);
      if (this.bytes[at] === CLOSE_BRACKET) return;
      at = this.expect(at, COMMA);
    }
  }

  /** The value itself. @throws DriftInputError where it is no JSON */
  value(): unknown {
    return this.parsed(this.start, this.end);
  }

  private parsed(start: number, end: number): unknown {
    try {
      return JSON.parse(this.bytes.toString("utf8", start, end)) as unknown;
    } catch {
      throw this.broken(start);
    }
  }

  /** @returns where the next thing begins */
  private expect(at: number, sign: number): number {
    if (this.bytes[at] !== sign) throw this.broken(at);
    return skipSpace(this.bytes, at + 1);
  }

  private expectEnd(at: number): void {
    if (skipSpace(this.bytes, at) < this.end) throw this.broken(at);
  }

  private endOfValue(start: number): number {
    const end = endOfValue(this.bytes, start);
    if (end <= start) throw this.broken(start);
    return end;
  }

  private broken(at: number): DriftInputError {
    return at >= this.bytes.length
      ? new DriftInputError(
          `The JSON ends in the middle, after ${this.bytes.length} bytes.`,
          "Was the program that wrote it interrupted, or the disk full? Write it anew: terraform show -json <plan file>.",
        )
      : new DriftInputError(
          `This is not JSON: it goes wrong at byte ${at}.`,
          "Give the output of terraform show -json <plan file>, and nothing else with it.",
        );
  }
}

/** JSON that a program has printed. */
export interface PrintedJson {
  /** The folder that is named before it, where one is. */
  readonly folder: string | null;
  readonly json: JsonText;
}

const LINE_FEED = 0x0a;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const COLON = 0x3a;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;
const LETTER_N = 0x6e;

/** Levels of lists and objects. Terraform's JSON never comes near, and a recursive reader would run out of stack. */
const DEEPEST = 200;

/** Greater than any place in the text: whoever reads on from there finds nothing. */
const NOWHERE = Number.MAX_SAFE_INTEGER;

/** Byte order marks, which Windows puts in front of a text. */
const UTF_8_MARK = Buffer.from([0xef, 0xbb, 0xbf]);
const UTF_16_LE_MARK = Buffer.from([0xff, 0xfe]);
const UTF_16_BE_MARK = Buffer.from([0xfe, 0xff]);

function inUtf8(bytes: Buffer): Buffer {
  const beginsWith = (mark: Buffer) => bytes.subarray(0, mark.length).equals(mark);
  if (beginsWith(UTF_16_LE_MARK)) return Buffer.from(bytes.toString("utf16le", UTF_16_LE_MARK.length));
  if (beginsWith(UTF_16_BE_MARK)) {
    const units = Buffer.from(bytes.subarray(UTF_16_BE_MARK.length, bytes.length - (bytes.length % 2)));
    return Buffer.from(units.swap16().toString("utf16le"));
  }
  return beginsWith(UTF_8_MARK) ? bytes.subarray(UTF_8_MARK.length) : bytes;
}

function skipSpace(bytes: Buffer, start: number): number {
  let at = start;
  for (let byte = bytes[at]; byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09; byte = bytes[at]) at++;
  return at;
}

function skipSpaceInLine(bytes: Buffer, start: number): number {
  let at = start;
  while (bytes[at] === 0x20 || bytes[at] === 0x09 || bytes[at] === 0x0d) at++;
  return at;
}

/** @returns where the next line begins */
function endOfLine(bytes: Buffer, start: number): number {
  const found = bytes.indexOf(LINE_FEED, start);
  return found === -1 ? bytes.length : found + 1;
}

/** What Terragrunt may put before a line of Terraform's: the time, where it comes from, the folder, the program. */
const TERRAGRUNT =
  /^(?:\d\d:\d\d:\d\d(?:\.\d+)? +)?(?:STDOUT +)?(?:\[[^\]\n]+\] +)?(?:(?:terraform|tofu)(?:\.exe)?: +)?(?=\{")/;
/** Bytes: a folder's path is shorter. */
const LONGEST_BEFORE = 5_000;

/** What stands before the JSON that begins in a line; null where none does. */
function beforeJson(bytes: Buffer, at: number): string | null {
  if (bytes[at] === OPEN_BRACE) return "";
  if (bytes[at] === OPEN_BRACKET && bytes[skipSpace(bytes, at + 1)] === OPEN_BRACE) return "";
  // In an encoding of one byte a sign, so that its length is that of the bytes.
  return TERRAGRUNT.exec(bytes.toString("latin1", at, at + LONGEST_BEFORE))?.[0] ?? null;
}

/** @param start where the opening quotation mark is */
function endOfString(bytes: Buffer, start: number): number {
  for (let at = start + 1; at < bytes.length; at++) {
    const byte = bytes[at];
    if (byte === BACKSLASH) at++;
    else if (byte === QUOTE) return at + 1;
  }
  return NOWHERE;
}

/**
 * Where a value ends. Only strings and brackets are looked at: what a value says is checked when it is parsed.
 *
 * @throws DriftInputError where it is too deep
 */
function endOfValue(bytes: Buffer, start: number): number {
  let depth = 0;
  for (let at = start; at < bytes.length;) {
    switch (bytes[at]) {
      case QUOTE:
        at = endOfString(bytes, at);
        if (depth === 0) return at;
        break;
      case OPEN_BRACE:
      case OPEN_BRACKET:
        if (++depth > DEEPEST) {
          throw new DriftInputError(
            `This JSON is more than ${DEEPEST} lists and objects deep, at byte ${at}.`,
            "Give the output of terraform show -json, as it is.",
          );
        }
        at++;
        break;
      case CLOSE_BRACE:
      case CLOSE_BRACKET:
        if (depth === 0) return at;
        at++;
        if (--depth === 0) return at;
        break;
      case COMMA:
        if (depth === 0) return at;
        at++;
        break;
      default:
        at++;
    }
  }
  return NOWHERE;
}
