import { once } from "node:events";
import type { ReadStream } from "node:tty";
import { AGAIN, StepError } from "./step-error";

const REQUEST_TIMEOUT = 30_000;
const CTRL_C = 3;

/**
 * Passes through what an administrator was sent, as they would in a browser: an invitation or an authorization URL, then
 * Cronofy's pages, and back to the link service.
 */
export async function authorize(adminUrl: string, sent: string, signal: AbortSignal): Promise<void> {
  const browser = new Browser(signal);
  const authorizationUrl = isInvitation(sent) ? await browser.accept(sent) : sent;
  const { redirect_to } = await steer<{ redirect_to: string }>(
    `${adminUrl}/authorize`,
    { authorization_url: authorizationUrl },
    signal,
  );
  const page = await browser.open(redirect_to);
  if (!page.ok)
    throw new StepError(`The link service did not record the authorization: ${await titleOf(page)}.`, AGAIN);
}

/** Whether what is sent is an invitation, and not an authorization URL. */
export function isInvitation(sent: string): boolean {
  return new URL(sent).pathname.startsWith("/invitations/");
}

/** What a page of the link service says first. */
export async function titleOf(page: Response): Promise<string> {
  return /<h1[^>]*>([^<]*)/.exec(await page.text())?.[1] ?? `it answered ${page.status}`;
}

/** As much of a browser as an invitation needs: whoever began in one comes back in the same one. */
class Browser {
  private cookie = "";

  constructor(private readonly signal: AbortSignal) {}

  async open(url: string, init: RequestInit = {}): Promise<Response> {
    const headers = { cookie: this.cookie, "sec-fetch-site": "same-origin" };
    const page = await fetch(url, { headers, redirect: "manual", signal: bounded(this.signal), ...init });
    this.cookie = page.headers.getSetCookie()[0]?.split(";")[0] ?? this.cookie;
    return page;
  }

  /** Presses the button of an invitation. Returns where it leads. */
  async accept(invitation: string): Promise<string> {
    const page = await (await this.open(invitation)).text();
    const [, name = "", value = ""] = /<input type="hidden" name="([^"]+)" value="([^"]+)"/.exec(page) ?? [];
    const answer = await this.open(invitation, { method: "POST", body: new URLSearchParams({ [name]: value }) });
    const location = answer.headers.get("location");
    if (location === null) throw new StepError(`The invitation leads nowhere: ${await titleOf(answer)}.`, AGAIN);
    return location;
  }
}

/**
 * Asks the sandbox's admin API for something.
 *
 * @throws StepError when it refuses
 */
export async function steer<Answer>(url: string, body: unknown, signal: AbortSignal): Promise<Answer> {
  const response = await fetch(url, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
    signal: bounded(signal),
  });
  const answer = (await response.json()) as Answer & { error?: string };
  if (!response.ok) throw new StepError(`The sandbox refused: ${answer.error ?? response.status}`, AGAIN);
  return answer;
}

/** Waits for a key at the terminal. @throws when it is Ctrl-C, which in this mode is a key like any other */
export async function keyPressed(terminal: ReadStream, interrupt: () => void, signal: AbortSignal): Promise<void> {
  terminal.setRawMode(true);
  terminal.resume();
  try {
    const [key] = (await once(terminal, "data", { signal })) as [Buffer];
    if (key[0] === CTRL_C) {
      interrupt();
      signal.throwIfAborted();
    }
  } finally {
    terminal.setRawMode(false);
    terminal.pause();
  }
}

function bounded(signal: AbortSignal): AbortSignal {
  return AbortSignal.any([signal, AbortSignal.timeout(REQUEST_TIMEOUT)]);
}
