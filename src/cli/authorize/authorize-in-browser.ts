import { randomBytes } from "node:crypto";
import { invitationUrl, isAuthorized, openLink } from "../../link-store";
import type { LinkStore, LinkKey } from "../../link-store";
import { CronofyClient, Secret, delay } from "../../cronofy";
import { startLinkService } from "../../link-service";
import type { AccessLogEntry, LinkCompleted } from "../../link-service";
import type { ApplicationSettings } from "../application/application-settings";
import { openBrowser } from "./open-browser";
import type { Terminal } from "../command-line/terminal";
import { WaitingLine } from "../command-line/waiting-line";

/** What the command line says of the way to the browser. */
export interface BrowserFlags {
  readonly port: number;
  readonly conferencingProvider?: string;
  /** False by `--no-browser`. */
  readonly browser: boolean;
  /** Minutes. */
  readonly wait: number;
}

/** Which link to make, and how. */
export interface AuthorizeCall {
  readonly application: ApplicationSettings;
  readonly store: LinkStore;
  readonly serviceAccountId: string;
  readonly flags: BrowserFlags;
}

/** How it ended. */
export type AuthorizeEnd =
  | {
      readonly kind: "linked";
      readonly authorization: Pick<LinkCompleted, "organizationalUnitId" | "linkedAt">;
      /** False where it was linked before. */
      readonly isNew: boolean;
    }
  | { readonly kind: "interrupted" }
  | { readonly kind: "too-late" };

/** What needs no word: it is the way there, or no part of it. */
const EXPECTED: readonly AccessLogEntry["outcome"][] = [null, "invited", "sent-to-cronofy", "linked", "not-found"];

/**
 * Runs a link service on loopback for one invitation, until that is accepted.
 *
 * The browser is shown our own page first, not Cronofy's: a link token works for minutes only and is minted at the
 * click, the flow is bound to this browser, and no token stands on the terminal.
 */
export async function authorizeInBrowser(
  { application, store, serviceAccountId, flags }: AuthorizeCall,
  terminal: Terminal,
  interruption: AbortSignal,
): Promise<AuthorizeEnd> {
  const { store: _, linkSecret: __, ...api } = application;
  const link: LinkKey = { dataCenter: api.dataCenter, clientId: api.clientId, serviceAccountId };
  // Written before anybody is sent anywhere, so that a store which takes no record says so first.
  const opened = await openLink(store, link, interruption);
  const { lifeId, authorization, awaited } = opened;
  if (authorization !== null && awaited === null && isAuthorized(opened)) {
    return { kind: "linked", authorization, isNew: false };
  }
  // What the link's declaration asks for.
  const conferencingProviderName = flags.conferencingProvider ?? awaited?.conferencingProviderName ?? null;

  // Nobody else has to know what signs this one invitation.
  const linkSecret = new Secret(randomBytes(32).toString("hex"));
  const ending = new AbortController();
  let completed: LinkCompleted | undefined;
  let line: WaitingLine | undefined;
  const service = await startLinkService({
    client: new CronofyClient({ ...api, requestTimeout: 15_000, maxRetries: 2, totalTimeout: 20_000 }),
    store,
    linkSecret,
    port: flags.port,
    onLinked: (event) => {
      completed = event;
      ending.abort();
    },
    log: ({ outcome, detail }) => {
      if (!EXPECTED.includes(outcome)) line?.note(`Not linked yet: ${detail ?? outcome}`);
    },
  });
  try {
    const url = await invitationUrl(
      service.url,
      {
        ...link,
        lifeId,
        redirectUri: service.callbackUrl,
        ...(conferencingProviderName !== null && { conferencingProviderName }),
      },
      linkSecret,
    );
    const opened = flags.browser && (await openBrowser(url, terminal));
    terminal.note(opened ? "Your browser was asked to open this address:" : "Open this address in your browser:");
    terminal.note(`  ${url}`);
    line = new WaitingLine(terminal, `Waiting until ${serviceAccountId} is approved. Press Ctrl+C to stop`);
    await delay(flags.wait * 60_000, AbortSignal.any([ending.signal, interruption])).catch(() => undefined);
  } finally {
    line?.stop();
    // The page that tells the administrator is still under way, and perhaps a redemption.
    await service.close();
  }
  if (completed !== undefined) return { kind: "linked", authorization: completed, isNew: true };
  return { kind: interruption.aborted ? "interrupted" : "too-late" };
}
