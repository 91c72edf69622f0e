/** The one form of a page, as a browser without JavaScript sees it. */
export interface HtmlForm {
  readonly method: string;
  /** Fields that would be sent untouched: hidden ones, filled ones, checked ones. */
  readonly filled: ReadonlyMap<string, string>;
  /** What may be chosen, by field name. */
  readonly choices: ReadonlyMap<string, readonly string[]>;
}

/** Reads the form out of HTML of the sandbox's own pages. */
export function formOf(page: string): HtmlForm {
  const form = /<form([^>]*)>([\s\S]*)<\/form>/.exec(page);
  if (form === null) throw new Error("The page has no form.");
  const filled = new Map<string, string>();
  const choices = new Map<string, string[]>();
  for (const [tag] of (form[2] ?? "").matchAll(/<(?:input|button)\b[^>]*>/g)) {
    const name = attribute(tag, "name") ?? "";
    const value = attribute(tag, "value") ?? "";
    choices.set(name, [...(choices.get(name) ?? []), value]);
    if (/\schecked\b/.test(tag)) filled.set(name, value);
  }
  return { method: attribute(form[1] ?? "", "method") ?? "get", filled, choices };
}

/** What a browser sends for the form, with the fields the administrator set. */
export function submission(form: HtmlForm, set: Readonly<Record<string, string>>): RequestInit {
  return {
    method: form.method.toUpperCase(),
    headers: { "content-type": "application/x-www-form-urlencoded", "sec-fetch-site": "same-origin" },
    body: new URLSearchParams({ ...Object.fromEntries(form.filled), ...set }).toString(),
  };
}

function attribute(tag: string, name: string): string | undefined {
  return new RegExp(`\\s${name}="([^"]*)"`).exec(tag)?.[1];
}
