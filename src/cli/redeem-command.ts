import { Option } from "commander";
import { cliCommand, jsonOption } from "./command-line/cli-command";
import { CliError, EXIT_CODE } from "./command-line/cli-error";
import { printJson } from "./command-line/terminal";
import { applicationOptions, openChosenStore, readApplicationSettings } from "./settings";
import type { ApplicationFlags } from "./settings";

interface RedeemFlags extends ApplicationFlags {
  readonly serviceAccount?: string;
  readonly redirectUri?: string;
  readonly json?: true;
}

/** `ou-link redeem`: for a code that came back somewhere else than to the link service. */
export const redeemCommand = cliCommand<RedeemFlags>({
  name: "redeem",
  summary: "redeem a code that came back elsewhere, and store what it gives",
  description:
    "Reads a code, or the whole address to which an administrator's browser was sent back, from standard input, redeems " +
    "it once and stores the authorization. A code holds for ten minutes and works once; it is never taken from the " +
    "command line, which others can read. An address with a state of ours says which link it is for; for anything else, " +
    "give --service-account and --redirect-uri.\n\n" +
    "Secrets come by the environment: CRONOFY_CLIENT_SECRET, and OU_LINK_SECRET where the provider has a link_secret.",
  options: [
    new Option("--service-account <id>", 'the calendar service account whose unit was linked, "ser_…"'),
    new Option("--redirect-uri <url>", "exactly the redirect URI of the authorization URL"),
    jsonOption(),
    ...applicationOptions(),
  ],
  examples: [
    { does: "paste the address that the browser shows, when asked for it", line: "ou-link redeem" },
    {
      does: "a code from a program",
      line: "my-callback | ou-link redeem --service-account ser_64b1 --redirect-uri https://example.com/callback",
    },
  ],
  async run(flags, terminal) {
    const application = await readApplicationSettings(
      flags,
      terminal.env,
      "No code can be redeemed with this configuration.",
    );
    const signal = terminal.interruption();
    const [{ CronofyClient }, { redeemCode }, { readCodeOrUrl, redeemRequest }] = await Promise.all([
      import("../cronofy"),
      import("../link-store"),
      import("./redeem-request"),
    ]);
    const request = await redeemRequest(await readCodeOrUrl(terminal, signal), flags, application);
    const { store: storeChoice, linkSecret: _, ...api } = application;
    const store = await openChosenStore(storeChoice, {
      env: terminal.env,
      onNote: (line) => terminal.note(line),
    });
    try {
      const client = new CronofyClient({ ...api, requestTimeout: 15_000, maxRetries: 2, totalTimeout: 60_000 });
      const { serviceAccountId, dataCenter, authorization } = await redeemCode(store, client, request.link, {
        ...request,
        now: () => new Date(),
        signal,
      }).catch(async (error: unknown) => {
        throw await explained(error);
      });
      const { organizationalUnitId, linkedAt } = authorization;
      if (flags.json) {
        printJson(terminal, {
          service_account_id: serviceAccountId,
          data_center: dataCenter,
          organizational_unit_id: organizationalUnitId,
          linked_at: linkedAt,
          store: store.description,
        });
      } else {
        const unit = organizationalUnitId === null ? "" : ` to ${organizationalUnitId}`;
        terminal.print(`${serviceAccountId} is linked${unit}. It is stored in ${store.description}.`);
      }
      return EXIT_CODE.ok;
    } finally {
      await store.close();
    }
  },
});

/** Why a code could not be redeemed, with what to do about it where that is known. */
async function explained(error: unknown): Promise<Error> {
  const [{ OAuthError }, { AuthorizationDroppedError, CodeSpentError, LinkEndedError }] = await Promise.all([
    import("../cronofy"),
    import("../link-store"),
  ]);
  const because = (message: string, fix: string) => new CliError(message, fix, EXIT_CODE.failure, { cause: error });
  if (error instanceof LinkEndedError) {
    return because(
      error.message,
      "Where it is still wanted, apply or run ou-link authorize: that begins it anew, with an administrator.",
    );
  }
  if (error instanceof CodeSpentError) {
    return because(error.message, "See what is recorded with: ou-link store show. To ask anew, send a new link.");
  }
  if (error instanceof AuthorizationDroppedError) {
    return because(
      error.message,
      "Once that is mended, send a new link: an administrator of the organization is to authorize it.",
    );
  }
  if (error instanceof OAuthError && error.error === "invalid_grant") {
    return because(
      "Cronofy does not accept the code (invalid_grant).",
      "It may have expired, been used before, or belong to another redirect URI. Send a new link, and redeem the " +
        "new code within ten minutes.",
    );
  }
  return error as Error;
}
