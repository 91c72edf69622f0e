import { addAbortSignal } from "node:stream";
import type { Readable } from "node:stream";
import { InvalidArgumentError, Secret, parseCallbackUrl } from "../cronofy";
import { addressProblem, serviceAccountProblem } from "../link";
import { OAuthStateError, verifyOAuthState } from "../link-store";
import type { LinkKey, OAuthState } from "../link-store";
import { CliError, EXIT_CODE } from "./command-line/cli-error";
import { ask } from "./command-line/standard-input";
import type { Terminal } from "./command-line/terminal";
import type { ApplicationSettings } from "./settings";

/** Characters: an address with a code and a state is far shorter. */
const MAX_LENGTH = 16 * 1024;

/**
 * Reads the first line that comes on standard input, and asks for it where a person sits there.
 *
 * @throws CliError where none comes or it is too long; an aborted signal's reason.
 */
export async function readCodeOrUrl(
  terminal: Pick<Terminal, "input" | "prompt">,
  signal: AbortSignal,
): Promise<string> {
  const text = terminal.input.isTTY
    ? await ask(terminal, "The code, or the address to which the browser was sent back: ", signal)
    : await firstLine(terminal.input, signal);
  if (text !== "") return text;
  throw usage(
    "Nothing came on standard input.",
    "Give the code, or the whole address to which the browser was sent back, on standard input.",
  );
}

async function firstLine(input: NodeJS.ReadableStream, signal: AbortSignal): Promise<string> {
  let text = "";
  for await (const chunk of addAbortSignal(signal, input as Readable) as AsyncIterable<Buffer | string>) {
    text += chunk.toString();
    const line = text.trimStart();
    if (line.includes("\n")) break;
    if (text.length > MAX_LENGTH) {
      throw usage("What came on standard input is too long.", "Give one code or one address.");
    }
  }
  return text.trim().split(/\s*\n/)[0] ?? "";
}

/** What a code is redeemed for. */
interface RedeemRequest {
  readonly code: Secret;
  readonly link: LinkKey;
  /** Exactly that of the authorization URL. */
  readonly redirectUri: string;
  /** The conferencing provider that the URL asked for; null where it asked for none, or nobody says. */
  readonly conferencingProviderName: string | null;
}

/** What the command line says of the link. */
interface RedeemTarget {
  readonly serviceAccount?: string;
  readonly redirectUri?: string;
}

/**
 * Makes out what a code, or an address with a code, is good for: by the signed state in the address, and by the command
 * line where there is none.
 *
 * A state that the link service bound to a browser is taken too: who runs this has been handed the address, and vouches
 * for it.
 *
 * @throws CliError that quotes nothing of what came
 */
export async function redeemRequest(
  text: string,
  target: RedeemTarget,
  { dataCenter, clientId, linkSecret }: ApplicationSettings,
): Promise<RedeemRequest> {
  const { code, state } = codeIn(text);
  const application = { dataCenter, clientId };
  const link = state === null ? null : await signedLink(state, linkSecret, application, target, redirectUrisIn(text));
  if (link !== null) {
    const differences = [
      contradicts(target.serviceAccount, link.serviceAccountId) && `the service account is ${link.serviceAccountId}`,
      contradicts(target.redirectUri, link.redirectUri) && `the redirect URI is ${link.redirectUri}`,
    ].filter((difference) => difference !== false);
    if (differences.length > 0) {
      throw usage(
        `The address is for another link than was asked for: in its signed state, ${differences.join(", and ")}.`,
        "Set the options to match, or leave --service-account and --redirect-uri out.",
      );
    }
  }
  const serviceAccountId = target.serviceAccount ?? link?.serviceAccountId;
  const redirectUri = target.redirectUri ?? link?.redirectUri;
  if (serviceAccountId === undefined || redirectUri === undefined) {
    throw usage(
      "What the code is for cannot be told: no state that was signed with this link secret came with it.",
      "Give --service-account and --redirect-uri, the latter exactly as in the authorization URL.",
    );
  }
  const problem = addressProblem(redirectUri);
  if (problem !== undefined) throw usage("The redirect URI cannot be used.", problem.detail);
  const foreign = serviceAccountProblem(serviceAccountId);
  if (foreign !== undefined) throw usage("The service account cannot be used.", foreign.detail);
  return {
    code,
    link: { dataCenter, clientId, serviceAccountId },
    redirectUri,
    conferencingProviderName: link?.conferencingProviderName ?? null,
  };
}

function codeIn(text: string): { readonly code: Secret; readonly state: string | null } {
  if (!/^[a-z]+:/i.test(text)) {
    if (/^[!-~]{1,512}$/.test(text)) return { code: new Secret(text), state: null };
    throw usage("What came on standard input is neither a code nor an address.", "Give one of them, unaltered.");
  }
  try {
    const callback = parseCallbackUrl(text);
    if (callback.kind === "code") return callback;
    throw new CliError(
      `There is no code to redeem: Cronofy sent the administrator back with ${callback.error}.`,
      callback.error === "access_denied"
        ? "The administrator declined. Speak with them, then send a new link."
        : "Check the link's arguments and the application's plan, then send a new link.",
    );
  } catch (error) {
    if (!(error instanceof InvalidArgumentError)) throw error;
    throw usage(error.message, "Give the address to which the browser was sent back, whole and unaltered.");
  }
}

/** What an address to which a browser was sent back may have been as a redirect URI: without what Cronofy added to it. */
function redirectUrisIn(address: string): readonly string[] {
  const url = new URL(address);
  url.hash = "";
  const query = url.search.slice(1).split("&");
  url.search = query.filter((parameter) => !/^(code|state)=/.test(parameter)).join("&");
  // Browsers add a slash where there is no path.
  return url.pathname === "/" ? [url.href, url.href.replace(`${url.host}/`, url.host)] : [url.href];
}

/**
 * @param redirectUris those that the state may have been signed for, beside that of the command line
 * @returns null where the state is not ours and the command line says all that there is to know.
 */
async function signedLink(
  state: string,
  linkSecret: Secret,
  application: Omit<LinkKey, "serviceAccountId">,
  target: RedeemTarget,
  redirectUris: readonly string[],
): Promise<OAuthState | null> {
  let refusal: OAuthStateError | undefined;
  for (const redirectUri of [...redirectUris, ...(target.redirectUri === undefined ? [] : [target.redirectUri])]) {
    try {
      return await verifyOAuthState(state, linkSecret, { ...application, redirectUri });
    } catch (error) {
      if (!(error instanceof OAuthStateError)) throw error;
      refusal = error;
    }
  }
  const isVouchedFor = target.serviceAccount !== undefined && target.redirectUri !== undefined;
  if (refusal === undefined || refusal.code === "malformed" || isVouchedFor) return null;
  throw usage(
    refusal.message,
    "Set OU_LINK_SECRET, CRONOFY_DATA_CENTER and CRONOFY_CLIENT_ID to what the provider has, and give --redirect-uri where " +
      "the address is not that of the authorization URL; or give --service-account and --redirect-uri, if you trust where " +
      "the address comes from.",
  );
}

function contradicts(said: string | undefined, signed: string): boolean {
  return said !== undefined && said !== signed;
}

function usage(message: string, fix: string): CliError {
  return new CliError(message, fix, EXIT_CODE.usage);
}
