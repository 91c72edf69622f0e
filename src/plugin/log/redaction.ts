/** Shorter secrets are left alone: hiding them would blank ordinary text and protect nothing. */
const SHORTEST_SECRET = 4;
const MASK = "***";

/**
 * Hides secrets in text: as they are, and as they look inside a URL, a form, a JSON document or base64 (also where
 * they are only a part of what was encoded, as in an `Authorization: Basic` header).
 */
export class Redaction {
  /** Every form begins with its key. One look-up per position keeps this fast with thousands of secrets. */
  readonly #formsByStart = new Map<string, string[]>();

  /** Hides `secret` from now on. One of fewer than four characters is ignored. */
  add(secret: string): void {
    if (secret.length < SHORTEST_SECRET) return;
    for (const form of formsOf(secret)) {
      const start = form.slice(0, SHORTEST_SECRET);
      const forms = this.#formsByStart.get(start) ?? [];
      if (forms.includes(form)) continue;
      forms.push(form);
      // The longest first, so that no end of a secret is left when another secret is its beginning.
      forms.sort((a, b) => b.length - a.length);
      this.#formsByStart.set(start, forms);
    }
  }

  /** The text with `***` in place of each secret. */
  hide(text: string): string {
    if (this.#formsByStart.size === 0) return text;
    let result = "";
    let copied = 0;
    let at = 0;
    while (at + SHORTEST_SECRET <= text.length) {
      const forms = this.#formsByStart.get(text.slice(at, at + SHORTEST_SECRET));
      const found = forms?.find((form) => text.startsWith(form, at));
      if (found === undefined) {
        at += 1;
      } else {
        result += text.slice(copied, at) + MASK;
        at += found.length;
        copied = at;
      }
    }
    return result + text.slice(copied);
  }
}

function formsOf(secret: string): Set<string> {
  // As UTF-8 has it: half of a surrogate pair cannot be encoded.
  const wellFormed = Buffer.from(secret).toString();
  const percentEncoded = encodeURIComponent(wellFormed);
  const forms = [
    secret,
    percentEncoded,
    percentEncoded.replace(/%[0-9A-F]{2}/g, (escape) => escape.toLowerCase()),
    new URLSearchParams([["", wellFormed]]).toString().slice(1),
    JSON.stringify(secret).slice(1, -1),
    ...[0, 1, 2].flatMap((offset) => base64Within(wellFormed, offset)),
  ];
  return new Set(forms.filter((form) => form.length >= SHORTEST_SECRET));
}

/**
 * The characters that base64 text has for `secret` when it stands `offset` bytes after a multiple of three. The ones
 * at the edges are left out, because they depend on its neighbours too.
 */
function base64Within(secret: string, offset: number): string[] {
  const bytes = Buffer.concat([Buffer.alloc(offset), Buffer.from(secret)]);
  const first = Math.ceil((offset * 8) / 6);
  const end = Math.floor((bytes.length * 8) / 6);
  return [bytes.toString("base64").slice(first, end), bytes.toString("base64url").slice(first, end)];
}
