import { Random } from "../plugin/values/random-values";

const FRAGMENTS = [
  "",
  " ",
  "a",
  "0",
  "-1",
  "null",
  "undefined",
  "__proto__",
  "constructor",
  "../",
  "..%2f",
  "%00",
  "%0d%0aSet-Cookie:a=b",
  "%",
  "%zz",
  "\r\nSet-Cookie: a=b",
  "\n",
  "\u0000",
  "\u001b[31m",
  "\u202e",
  "\u2028",
  "\ud800",
  "🤷",
  "é",
  "<script>alert(1)</script>",
  '"><img src=x onerror=alert(1)>',
  "' OR 1=1 --",
  "${7*7}",
  "{{7*7}}",
  "//evil.example.com",
  "https://evil.example.com/",
  "javascript:alert(1)",
  "&",
  "=",
  "?",
  "#",
  ";",
  ".",
  "eyJhbGciOiJub25lIn0",
  "eyJhbGciOiJIUzI1NiJ9.e30.",
  "access_denied",
  "server_error",
  "A".repeat(43),
  "x".repeat(2_000),
] as const;

/** Texts that break what is not careful, the same for the same seed. */
export class HostileText {
  private readonly random: Random;

  constructor(seed: number) {
    this.random = new Random(seed);
  }

  /** From 0 to below the bound. */
  number(bound: number): number {
    return this.random.below(bound);
  }

  pick<T>(choices: readonly [T, ...T[]]): T {
    return choices[this.number(choices.length)] ?? choices[0];
  }

  next(): string {
    return Array.from({ length: this.number(4) }, () => FRAGMENTS[this.number(FRAGMENTS.length)]).join("");
  }

  /** The same text with something wrong in it. */
  damaged(text: string): string {
    const place = this.number(text.length);
    return text.slice(0, place) + this.pick([this.next(), ".", "", "A"]) + text.slice(place + this.number(20) + 1);
  }

  /** A text that can stand in an address, most of it as it is. */
  path(text: string): string {
    return this.number(2) === 0 ? encodeURIComponent(text.replace(/\p{Surrogate}/gu, "\ufffd")) : text;
  }
}
