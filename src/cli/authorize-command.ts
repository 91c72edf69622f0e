import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { Option } from "commander";
import { serviceAccountProblem } from "../link";
import type { AccessLogEntry, LinkCompleted } from "../link-service";
import type { LinkKey, LinkStore } from "../link-store";
import { cliCommand, jsonOption, portOption, wholeNumber } from "./command-line/cli-command";
import { CliError, EXIT_CODE } from "./command-line/cli-error";
import { printJson } from "./command-line/terminal";
import type { Terminal } from "./command-line/terminal";
import { WaitingLine } from "./command-line/waiting";
import { applicationOptions, checkText, openChosenStore, readApplicationSettings } from "./settings";
import type { ApplicationFlags, ApplicationSettings } from "./settings";

/** The options of `ou-link authorize`. */
interface AuthorizeFlags extends ApplicationFlags {
  readonly port: number;
  readonly conferencingProvider?: string;
  /** False by `--no-browser`. */
  readonly browser: boolean;
  /** Minutes. */
  readonly wait: number;
  readonly json?: true;
}

/** `ou-link authorize`: for an operator who is the administrator too. */
export const authorizeCommand = cliCommand<AuthorizeFlags>({
  name: "authorize",
  summary: "link a service account's unit yourself, in your browser",
  description:
    "For an operator who is the organization's administrator: opens an invitation in the browser, waits until it is " +
    "approved, and stores the authorization. It listens on 127.0.0.1 meanwhile. Where Cronofy knows a list of redirect " +
    "URIs for the application, give --port and put http://127.0.0.1:<port>/callback on that list.\n\n" +
    "CRONOFY_CLIENT_SECRET comes by the environment.",
  argument: {
    name: "<service-account>",
    description: 'the calendar service account whose unit is to be linked, "ser_…"',
  },
  options: [
    new Option("--conferencing-provider <name>", 'spares you the choice, such as "zoom_enterprise"'),
    portOption("port to listen on; 0 picks a free one", 0),
    new Option("--no-browser", "only print the address to open"),
    new Option("--wait <minutes>", "how long to wait for the approval")
      .argParser(wholeNumber("whole minutes", 1, 24 * 60))
      .default(15),
    jsonOption("print one line of JSON when done, instead of text"),
    ...applicationOptions(),
  ],
  examples: [
    {
      does: "link one organization to Zoom",
      line: "ou-link authorize ser_64b17f9b8090ea21640c9151 --conferencing-provider zoom_enterprise",
    },
  ],
  async run(flags, terminal, [serviceAccountId = ""]) {
    const problems: string[] = [];
    checkText("service account", serviceAccountId, serviceAccountProblem, problems);
    const application = await readApplicationSettings(
      flags,
      terminal.env,
      "The link cannot be authorized with this configuration.",
      problems,
    );
    const interruption = terminal.interruption();
    const store = await openChosenStore(application.store, {
      env: terminal.env,
      onNote: (line) => terminal.note(line),
    });
    try {
      const ended = await authorizeInBrowser({ application, store, serviceAccountId, flags }, terminal, interruption);
      switch (ended.kind) {
        case "linked": {
          const { organizationalUnitId, linkedAt } = ended.authorization;
          const { dataCenter } = application;
          if (flags.json) {
            printJson(terminal, {
              service_account_id: serviceAccountId,
              data_center: dataCenter,
              organizational_unit_id: organizationalUnitId,
              linked_at: linkedAt,
              newly_linked: ended.isNew,
              store: store.description,
            });
          } else {
            const unit = organizationalUnitId === null ? "" : ` to ${organizationalUnitId}`;
            const when = ended.isNew ? "is linked" : `has been linked since ${linkedAt}`;
            terminal.print(`${serviceAccountId} ${when}${unit}. It is stored in ${store.description}.`);
          }
          return EXIT_CODE.ok;
        }
        case "interrupted":
          terminal.note("Interrupted. Nothing was linked.");
          return EXIT_CODE.failure;
        case "too-late":
          throw new CliError(
            `Nobody approved within ${flags.wait} minutes. Nothing was linked.`,
            "Run it again, or with a longer --wait. To let somebody else approve in their own time, use ou-link serve.",
          );
      }
    } finally {
      await store.close();
    }
  },
});

/** Which link to make, and how. */
interface AuthorizeCall {
  readonly application: ApplicationSettings;
  readonly store: LinkStore;
  readonly serviceAccountId: string;
  readonly flags: AuthorizeFlags;
}

/** How it ended. */
type AuthorizeEnd =
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
async function authorizeInBrowser(
  { application, store, serviceAccountId, flags }: AuthorizeCall,
  terminal: Terminal,
  interruption: AbortSignal,
): Promise<AuthorizeEnd> {
  const [{ CronofyClient, Secret, delay }, { invitationUrl, isAuthorized, openLink }, { startLinkService }] =
    await Promise.all([import("../cronofy"), import("../link-store"), import("../link-service")]);
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

/** Each platform's own way to open an address; none of them goes through a shell. */
function openerFor(platform: NodeJS.Platform): readonly [program: string, ...args: string[]] {
  if (platform === "darwin") return ["open"];
  if (platform === "win32") return ["rundll32", "url.dll,FileProtocolHandler"];
  return ["xdg-open"];
}

/**
 * Opens an address in this user's browser, as far as there is a screen to show it on.
 *
 * @param url `http` or `https`, so that it cannot pass for an option
 * @returns whether a program took it; what became of it then is not known
 */
function openBrowser(url: string, { env, platform }: Pick<Terminal, "env" | "platform">): Promise<boolean> {
  const hasScreen = platform === "darwin" || platform === "win32" || Boolean(env["DISPLAY"] ?? env["WAYLAND_DISPLAY"]);
  if (!hasScreen || !/^https?:\/\//.test(url)) return Promise.resolve(false);
  const [program, ...args] = openerFor(platform);
  return new Promise((resolve) => {
    // A browser that this starts outlives us, and what it writes is not ours.
    const child = spawn(program, [...args, url], { env: { ...env }, stdio: "ignore", detached: true });
    child.once("error", () => resolve(false));
    child.once("spawn", () => {
      child.unref();
      resolve(true);
    });
  });
}
