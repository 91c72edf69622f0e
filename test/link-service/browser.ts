/** What a person at a browser sees of an answer. */
export interface Page {
  readonly url: string;
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  readonly title: string | undefined;
  /** Where a redirect leads; it is not followed. */
  readonly location: string | null;
}

/** What a page says in sentences, without the facts at its foot. */
export function proseOf({ text }: Pick<Page, "text">): string {
  const [, main = ""] = /<main[^>]*>(.*?)<dl>/s.exec(text) ?? [];
  return decoded(main.replace(/<[^>]*>/g, " "))
    .replace(/\s+/g, " ")
    .trim();
}

/** Where the link of that name leads. */
export function linkOf({ text }: Pick<Page, "text">, name: string): string | undefined {
  const found = [...text.matchAll(/<a href="([^"]*)">([^<]*)<\/a>/g)].find(([, , its]) => its === name);
  return found && decoded(found[1] ?? "");
}

function decoded(markup: string): string {
  return markup
    .replaceAll("&#39;", "'")
    .replaceAll("&quot;", '"')
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">")
    .replaceAll("&amp;", "&");
}

/** Something that answers requests: a server by `fetch`, or a link service itself. */
export type Site = (request: Request) => Promise<Response>;

/** A browser, as far as the flow needs one: it keeps cookies and posts forms. */
export class Browser {
  readonly cookies = new Map<string, string>();

  constructor(private readonly site: Site) {}

  /** Follows a link. */
  open(url: string): Promise<Page> {
    return this.send(new Request(url, { redirect: "manual" }));
  }

  /** Presses the only button of a page, with whatever headers the browser would send along. */
  press(page: Page, headers: Readonly<Record<string, string>> = { "Sec-Fetch-Site": "same-origin", Origin: "null" }) {
    const field = /<input type="hidden" name="([^"]+)" value="([^"]+)"/.exec(page.text);
    if (field === null) throw new Error(`There is no form on "${page.title}".`);
    const [, name = "", value = ""] = field;
    return this.post(page.url, { [name]: value }, headers);
  }

  post(url: string, form: Readonly<Record<string, string>>, headers: Readonly<Record<string, string>> = {}) {
    const body = new URLSearchParams(form);
    return this.send(new Request(url, { method: "POST", headers, body, redirect: "manual" }));
  }

  private async send(request: Request): Promise<Page> {
    const cookies = [...this.cookies].map(([name, value]) => `${name}=${value}`).join("; ");
    if (cookies !== "") request.headers.set("Cookie", cookies);
    const response = await this.site(request);
    for (const line of response.headers.getSetCookie()) {
      const [, name = "", value = ""] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      this.cookies.set(name, value);
    }
    const text = await response.text();
    return {
      url: request.url,
      status: response.status,
      headers: response.headers,
      text,
      title: /<h1>(.*)<\/h1>/.exec(text)?.[1],
      location: response.headers.get("location"),
    };
  }
}
