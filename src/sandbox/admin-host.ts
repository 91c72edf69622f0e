import { Hono } from "hono";
import type { Context } from "hono";
import { z } from "zod";
import { CONFERENCING_PROVIDERS } from "./conferencing-providers";
import {
  approve,
  CONSENT_PATH,
  ConsentError,
  ConsentRedirect,
  problemsOf,
  readConsent,
  refuse,
  suggestedAnswers,
} from "./consent";
import type { Answers } from "./consent";
import { faultSchema } from "./faults";
import type { Faults } from "./faults";
import type { Gate, HostEnvironment } from "./host-environment";
import type { LocalCronofy } from "./local-cronofy";
import { isCrossSite } from "./loopback-only";
import type { Grant } from "./records";
import { readText } from "./request-body";
import type { RequestLog } from "./request-log";
import { tokenReply } from "./token-endpoints";
import { unexpectedError } from "./unexpected-error";

/** A request to the admin API that cannot be carried out. */
class AdminError extends Error {
  override readonly name = "AdminError";
  readonly status: 404 | 409 | 422;

  constructor(status: 404 | 409 | 422, message: string) {
    super(message);
    this.status = status;
  }
}

/** What an administrator picks who is told nothing and sees no preselected provider: the documentation's example. */
const USUAL_PROVIDER = "zoom_enterprise";

/** A hundred years ahead is enough for any lifetime, and stays a valid date. */
const FARTHEST_SECONDS = 100 * 365 * 86_400;

const id = z.string().regex(/^[\w-]{1,64}$/, "is no id");
const email = z.email("is no e-mail address");

const authorizeSchema = z.strictObject({
  authorization_url: z.string(),
  conferencing_provider_name: z.enum([...CONFERENCING_PROVIDERS.keys()]).optional(),
  organizational_unit: z.string().optional(),
  refuse: z.boolean().default(false),
});

const revokeSchema = z.strictObject({ service_account_id: id });

const clockSchema = z.strictObject({ advance_seconds: z.number().min(0).max(FARTHEST_SECONDS) });

const serviceAccountSchema = z.strictObject({
  service_account_id: id.optional(),
  email,
  domain: z.string().min(1).max(253).optional(),
  provider_name: z.string().min(1).max(64).optional(),
  accounts: z.array(email).max(1000).optional(),
});

const tokensSchema = z.strictObject({ sub: id });

/**
 * The API by which a test, or a person, steers the sandbox. Nothing of it is Cronofy's.
 * @param gates what every request passes first
 */
export function createAdminHost(
  cronofy: LocalCronofy,
  faults: Faults,
  log: RequestLog,
  gates: readonly Gate[],
): Hono<HostEnvironment> {
  const { authorizations, clock, directory } = cronofy;

  return new Hono<HostEnvironment>()
    .use(...gates)
    .use(async function sameSiteOnly(c, next) {
      if (isCrossSite(c.req)) return c.json({ error: "Pages of other sites may not steer the sandbox." }, 403);
      await next();
      c.header("Cache-Control", "no-store");
      c.header("X-Content-Type-Options", "nosniff");
      return undefined;
    })
    .post("/authorize", async (c) => {
      const wanted = await readInput(c, authorizeSchema);
      const consent = readConsent(cronofy, consentQuery(wanted.authorization_url), "open");
      if (wanted.refuse) return c.json({ redirect_to: refuse(cronofy, consent) });
      const suggested = suggestedAnswers(consent);
      const answers: Answers = {
        provedAccess: true,
        conferencingProviderName:
          wanted.conferencing_provider_name ?? suggested.conferencingProviderName ?? USUAL_PROVIDER,
        organizationalUnit: wanted.organizational_unit ?? suggested.organizationalUnit,
      };
      const { conferencingProviderName, organizationalUnit } = problemsOf(consent, answers);
      if (conferencingProviderName)
        throw new AdminError(422, `conferencing_provider_name: ${conferencingProviderName}`);
      if (organizationalUnit) throw new AdminError(422, `organizational_unit: ${organizationalUnit}`);
      return c.json({ redirect_to: approve(cronofy, consent, answers) });
    })
    .post("/revoke", async (c) => {
      const { service_account_id } = await readInput(c, revokeSchema);
      if (!directory.serviceAccounts().some((each) => each.service_account_id === service_account_id)) {
        throw new AdminError(404, `There is no service account ${service_account_id}.`);
      }
      const revoked = authorizations.revoke(
        ({ grant }) => grant.type === "organizational_unit" && grant.service_account_id === service_account_id,
      );
      return c.json({ revoked });
    })
    .post("/clock", async (c) => {
      const { advance_seconds } = await readInput(c, clockSchema);
      if (clock.aheadSeconds + advance_seconds > FARTHEST_SECONDS) {
        throw new AdminError(422, "advance_seconds: the clock may be a hundred years ahead at most.");
      }
      clock.advance(advance_seconds);
      return c.json(clockState(cronofy));
    })
    .get("/requests", (c) => c.json(log.latest()))
    .post("/service_accounts", async (c) => {
      const seed = await readInput(c, serviceAccountSchema);
      if (directory.serviceAccounts().some((each) => each.service_account_id === seed.service_account_id)) {
        throw new AdminError(409, `There already is a service account ${seed.service_account_id}.`);
      }
      return c.json(directory.addServiceAccount(seed), 201);
    })
    .post("/tokens", async (c) => {
      const { sub } = await readInput(c, tokensSchema);
      const grant = consentedGrant(cronofy, sub);
      if (grant === undefined) throw new AdminError(404, `There is no service account or account ${sub}.`);
      return c.json(tokenReply(authorizations.authorize(grant)), 201);
    })
    .get("/faults", (c) => c.json(faults.all()))
    .post("/faults", async (c) => {
      faults.add(await readInput(c, faultSchema));
      return c.json(faults.all(), 201);
    })
    .delete("/faults", (c) => {
      faults.clear();
      return c.body(null, 204);
    })
    .get("/state", (c) => c.json(heldState(cronofy)))
    .post("/reset", (c) => {
      cronofy.reset();
      faults.clear();
      log.clear();
      return c.body(null, 204);
    })
    .notFound((c) => c.json({ error: `The admin API has no ${c.req.method} ${c.req.path}.` }, 404))
    .onError((error, c) => {
      if (error instanceof AdminError) return c.json({ error: error.message }, error.status);
      if (error instanceof ConsentError) return c.json({ error: `${error.title}. ${error.message}` }, error.status);
      if (error instanceof ConsentRedirect) return c.json({ redirect_to: error.redirectTo });
      return unexpectedError(error, c);
    });
}

/** @throws AdminError that names every field that is wrong */
async function readInput<Schema extends z.ZodType>(
  c: Context<HostEnvironment>,
  schema: Schema,
): Promise<z.output<Schema>> {
  // The type is asked for because a page of another site can send JSON as text/plain, but not as what it is.
  if (!/^application\/json\b/i.test(c.req.header("content-type") ?? "")) {
    throw new AdminError(422, "The body has to be JSON with Content-Type: application/json.");
  }
  const text = await readText(c);
  const parsed = schema.safeParse(parseJson(text));
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map(({ path, message }) => `${path.join(".") || "body"}: ${message}`);
  throw new AdminError(422, problems.join("; "));
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new AdminError(422, "The body is not JSON.");
  }
}

function consentQuery(authorizationUrl: string): URLSearchParams {
  if (URL.canParse(authorizationUrl)) {
    const { pathname, searchParams } = new URL(authorizationUrl);
    if (pathname === CONSENT_PATH) return searchParams;
  }
  throw new AdminError(422, `authorization_url: has to be a URL at ${CONSENT_PATH} of the app host.`);
}

/** What Enterprise Connect and its delegated access would have granted: flows that the sandbox takes as done. */
function consentedGrant({ directory }: LocalCronofy, sub: string): Grant | undefined {
  if (directory.serviceAccount(sub)) {
    return { sub, type: "service_account", scope: "service_account/accounts/manage", service_account_id: sub };
  }
  const account = directory.account(sub);
  return account && { sub, type: "account", scope: "read_write", service_account_id: account.service_account_id };
}

function clockState({ clock }: LocalCronofy) {
  return { now: new Date(clock.now()).toISOString(), ahead_seconds: clock.aheadSeconds };
}

function heldState(cronofy: LocalCronofy) {
  return {
    clock: clockState(cronofy),
    service_accounts: cronofy.directory.serviceAccounts(),
    accounts: cronofy.directory.accounts(),
    organizational_units: cronofy.directory.units(),
    link_tokens: cronofy.linkTokens.all().map(({ ou_link_token, expires_at, ...rest }) => ({
      ...rest,
      ou_link_token: masked(ou_link_token),
      expires_at: new Date(expires_at).toISOString(),
    })),
    authorizations: cronofy.authorizations.all().map(({ authorization_id, grant, refresh_token }) => ({
      authorization_id,
      ...grant,
      refresh_token: masked(refresh_token),
    })),
    assumptions: cronofy.assumptions,
  };
}

/** Enough of a token to tell it from others. */
function masked(token: string): string {
  return `${token.slice(0, 4)}…`;
}
