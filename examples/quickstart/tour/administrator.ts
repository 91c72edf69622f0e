import { once } from "node:events";
import type { ReadStream } from "node:tty";
import { AGAIN, StepError } from "./step-error";

const REQUEST_TIMEOUT = 30_000;
const CTRL_C = 3;

/** Passes through Cronofy's pages as an administrator would, and back to the link service. */
export async function authorize(adminUrl: string, authorizationUrl: string, signal: AbortSignal): Promise<void> {
  const { redirect_to } = await steer<{ redirect_to: string }>(
    `${adminUrl}/authorize`,
    { authorization_url: authorizationUrl },
    signal,
  );
  const page = await fetch(redirect_to, { signal: bounded(signal) });
  if (!page.ok) {
    const title = /<h1[^>]*>([^<]*)/.exec(await page.text())?.[1] ?? `it answered ${page.status}`;
    throw new StepError(`The link service did not record the authorization: ${title}.`, AGAIN);
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
