import type { Terminal } from "../command-line/terminal";
import { CliError } from "../command-line/cli-error";
import { readApplicationSettings } from "../settings";
import type { ApplicationFlags } from "../settings";

/** The options of `ou-link doctor`. */
export interface DoctorFlags extends ApplicationFlags {
  readonly linkServiceUrl?: string;
  readonly json?: true;
}

/** What one check found. */
export interface CheckResult {
  readonly result: "ok" | "warning" | "failed" | "skipped";
  /** What was found, in one sentence. */
  readonly says: string;
  /** What to do about it; absent where there is nothing to do. */
  readonly fix?: string;
}

/**
 * The application that is meant, for checks that need no store of it.
 *
 * @param substitutes environment for settings that a check does without
 * @throws CliError where settings are missing or wrong
 */
export async function applicationOf(flags: DoctorFlags, terminal: Terminal, substitutes: Record<string, string> = {}) {
  // A store has a check of its own: any will do here.
  const { storeFile: _file, storePostgres: _postgres, ...application } = flags;
  const anyStore = { OU_LINK_STORE_FILE: ".", OU_LINK_STORE_POSTGRES: "", OU_LINK_STORE_COMMAND: "" };
  const env = { ...terminal.env, ...anyStore, ...substitutes };
  return readApplicationSettings(application, env, "The configuration is not whole.");
}

/** Milliseconds for a request: a person waits. */
export const TIMEOUT = 10_000;

/** What came back. */
interface Answer {
  readonly ok: boolean;
  readonly status: number;
  readonly headers: Headers;
  /** The JSON that came; undefined where what came is none. */
  readonly body: unknown;
}

/**
 * Asks an address, whatever it answers, by the proxy that the environment names.
 *
 * @param options headers go there and nowhere else: a redirect is not followed
 * @throws CliError where it cannot be reached
 */
export async function request(
  url: string,
  {
    method = "GET",
    headers = {},
  }: { readonly method?: "GET" | "HEAD"; readonly headers?: Record<string, string> } = {},
): Promise<Answer> {
  const [{ default: axios }, { proxyFor }] = await Promise.all([import("axios"), import("../../cronofy")]);
  const proxy = proxyFor(url, "set up the client");
  try {
    const {
      status,
      headers: answered,
      data,
    } = await axios.request<string>({
      method,
      url,
      headers,
      ...(proxy !== undefined && { proxy }),
      responseType: "text",
      transformResponse: [(text: unknown) => text],
      validateStatus: () => true,
      maxRedirects: 0,
      maxContentLength: MOST,
      signal: AbortSignal.timeout(TIMEOUT),
    });
    const ok = status >= 200 && status < 300;
    return { ok, status, headers: new Headers(answered as Record<string, string>), body: jsonOf(data) };
  } catch (error) {
    const { code, name } = error as NodeJS.ErrnoException;
    throw new CliError(
      `${new URL(url).host} cannot be reached: ${code === "ERR_CANCELED" ? `no answer in ${TIMEOUT / 1_000} s` : (code ?? name)}.`,
      "Check the address, and that this machine may reach it.",
    );
  }
}

/** Bytes of an answer: what is asked here is far smaller. */
const MOST = 1024 * 1024;

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
