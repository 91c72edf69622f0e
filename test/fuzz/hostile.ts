import fc from "fast-check";

/** What has caught others: prototypes, places of URLs and paths, markup, terminals, directions, halves of characters. */
const FRAGMENTS = [
  ...["", " ", "a", "0", "-1", "1e999", "null", "__proto__", "constructor", "toString", "../", "~/", "%00", "%", "%zz"],
  ...["\r\nSet-Cookie: a=b", "\n", "\t", "\u0000", "\u001b[31m", "\u009b", "\u202e", "\u2028", "\ufeff", "\ud800"],
  ...["\udc00", "é", "e\u0301", "🤷", "<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "]]>", "-->"],
  ...["${x}", "{{x}}", "*", "&", "=", "?", "#", ";", ":", "@", ".", ",", "|", "`", "'", '"', "\\", "[", "]", "{", "}"],
  ...["//evil.example.com", "https://u:p@h.example/", "javascript:alert(1)", "eyJhbGciOiJub25lIn0", "token=", "secret"],
  ...["access_token=", "Bearer abcdefgh", "ser_64b17f9b8090ea21640c9151", "uk/", "2026-03-01T12:00:00Z", "+23:59"],
];

/** Texts of which a careless expression tries every part, long enough to be noticed. */
const LONG = [
  ...["a", "é", "0", "-", " ", "\n", "/", "\\", '"', "@", "[", "{", "("],
  ...["a.", "a-", "a:", "a://b", "https://", "token=", "eyJaaaaa-", "module.a"],
];

const LONGEST = 64_000;

const longText = fc
  .record({ text: fc.constantFrom(...LONG), end: fc.constantFrom("", "!", "@", "\n", "x"), length: fc.nat(LONGEST) })
  .map(({ text, end, length }) => text.repeat(Math.floor(length / text.length)) + end);
const shortText = fc.oneof(
  fc.array(fc.constantFrom(...FRAGMENTS), { maxLength: 4 }).map((parts) => parts.join("")),
  fc.string({ unit: "binary", maxLength: 20 }),
  fc.string({ maxLength: 40 }),
);

/** Texts of any kind, mostly short. */
export const hostileText: fc.Arbitrary<string> = fc.oneof(
  { arbitrary: shortText, weight: 2_000 },
  { arbitrary: longText, weight: 1 },
);

/** A text without half of a character, as every text is that arrives in UTF-8. */
export const wholeText: fc.Arbitrary<string> = hostileText.map((text) => Buffer.from(text).toString());

/** Any JSON value, with names that have caught others. */
export const anyJson: fc.Arbitrary<unknown> = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    fc.constantFrom(null, true, false, 0, -1, 1.5, 1e300, 2 ** 53, ""),
    hostileText,
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    fc.array(tie("value"), { maxLength: 4 }),
    fc.array(fc.tuple(hostileText, tie("value")), { maxLength: 4 }).map((entries) => Object.fromEntries(entries)),
  ),
})).value;

const edit = fc.record({
  place: fc.double({ min: 0, max: 1, noNaN: true }),
  length: fc.oneof({ arbitrary: fc.nat(4), weight: 4 }, fc.nat(60)),
  kind: fc.constantFrom("cut", "cut", "put", "put", "repeat", "end"),
  text: hostileText,
});

/** What is done to a good text, for {@link damage}: up to three places cut out, put in, repeated, or all behind them cut off. */
export const edits = fc.array(edit, { maxLength: 3 });
type Edits = typeof edits extends fc.Arbitrary<infer Each> ? Each : never;

export function damage(text: string, edits: Edits): string {
  let result = text;
  for (const { place, length, kind, text: stray } of edits) {
    const at = Math.floor(place * result.length);
    const [before, behind] = [result.slice(0, at), result.slice(at)];
    if (kind === "end") result = before;
    else if (kind === "repeat") result = before + behind.slice(0, length).repeat(3) + behind;
    else result = before + (kind === "put" ? stray : "") + behind.slice(length);
  }
  return result;
}

/** The same of bytes. */
export function damageBytes(bytes: Buffer, edits: Edits): Buffer {
  return Buffer.from(damage(bytes.toString("latin1"), edits), "latin1");
}

/** A good text with something wrong in it, or not. */
export function damaged(good: fc.Arbitrary<string>): fc.Arbitrary<string> {
  return fc.tuple(good, edits).map(([text, edits]) => damage(text, edits));
}

const jsonEdit = fc.record({
  place: fc.nat(10_000),
  kind: fc.constantFrom("replace", "replace", "remove", "rename", "double", "deepen"),
  value: anyJson,
  name: hostileText,
});
type JsonEdit = typeof jsonEdit extends fc.Arbitrary<infer Edit> ? Edit : never;

/** What is done to a good JSON value: up to three values in it replaced, removed, renamed, doubled or put deeper. */
export const jsonEdits = fc.array(jsonEdit, { maxLength: 3 });

export function damageJson(value: unknown, edits: readonly JsonEdit[]): unknown {
  return edits.reduce(edited, structuredClone(value));
}

/** A good JSON value with something wrong in it, or not. */
export function damagedJson(good: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> {
  return fc.tuple(good, jsonEdits).map(([value, edits]) => damageJson(value, edits));
}

/** Good JSON as text: with values changed, or with the text itself damaged. */
export function damagedJsonText(good: fc.Arbitrary<unknown>): fc.Arbitrary<string> {
  return fc.oneof(
    { arbitrary: damagedJson(good).map(jsonText), weight: 3 },
    { arbitrary: damaged(good.map(jsonText)), weight: 1 },
  );
}

/** Stands for lists within lists, so many that whoever follows them by recursion runs out of stack. */
const ABYSS = "lists without end";
const ABYSS_TEXT = "[".repeat(20_000) + "]".repeat(20_000);

/** JSON as text. `undefined` and the like are none. */
export function jsonText(value: unknown): string {
  return (JSON.stringify(value) ?? "null").replace(`"${ABYSS}"`, ABYSS_TEXT);
}

function edited(root: unknown, { place, kind, value, name }: JsonEdit): unknown {
  const places: { readonly holder: Record<string, unknown> | unknown[]; readonly key: string | number }[] = [];
  const walk = (holder: unknown): void => {
    if (typeof holder !== "object" || holder === null || places.length > 2_000) return;
    for (const key of Array.isArray(holder) ? holder.keys() : Object.keys(holder)) {
      places.push({ holder: holder as Record<string, unknown>, key });
      walk((holder as Record<string, unknown>)[key]);
    }
  };
  walk(root);
  const found = places[place % (places.length + 1)];
  if (found === undefined) return kind === "deepen" ? nested(root, place) : value;
  const { key } = found;
  const holder = found.holder as Record<string, unknown>;
  const old = holder[key];
  const set = (at: string | number, next: unknown) =>
    // An assignment to __proto__ would give the holder another prototype instead of a member.
    Object.defineProperty(holder, at, { value: next, enumerable: true, configurable: true, writable: true });
  if (kind === "replace") set(key, value);
  else if (kind === "deepen") set(key, nested(old, place));
  else if (kind === "double" && Array.isArray(holder)) holder.push(structuredClone(old));
  else if (Array.isArray(holder)) holder.splice(Number(key), 1);
  else {
    if (kind !== "double") delete holder[key];
    if (kind !== "remove") set(name, old);
  }
  return root;
}

function nested(value: unknown, place: number): unknown {
  if (place % 100 === 0) return ABYSS;
  let result = value;
  for (let left = place % 5; left > 0; left--) result = [result];
  return result;
}
