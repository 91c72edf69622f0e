import { Hono } from "hono";
import { z } from "zod";
import { AdminError, readInput } from "./admin-input";
import type { Callbacks } from "./callbacks";
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
import { createConsole } from "./console";
import {
  advanceClock,
  clockSchema,
  forgetUnit,
  forgetUnitSchema,
  lockSchema,
  planSchema,
  revokeLinks,
  revokeSchema,
  setLocked,
  setZoomPlan,
  zoomPlanSchema,
} from "./controls";
import { faultSchema } from "./faults";
import type { Faults } from "./faults";
import type { Gate, HostEnvironment } from "./host-environment";
import { idSchema } from "./id-schema";
import type { LocalCronofy } from "./local-cronofy";
import { isCrossSite } from "./loopback-only";
import { masked } from "./masked";
import { ORGANIZATIONAL_UNIT_SCOPE } from "./organizational-unit-scope";
import type { Grant } from "./records";
import type { RequestLog } from "./request-log";
import { serviceAccountSchema } from "./service-account-schema";
import type { Snapshots } from "./snapshots";
import { tokenReply } from "./token-endpoints";
import { unexpectedError } from "./unexpected-error";

/** What an administrator picks who is told nothing and sees no preselected provider: the documentation's example. */
const USUAL_PROVIDER = "zoom_enterprise";

const authorizeSchema = z.strictObject({
  authorization_url: z.string(),
  conferencing_provider_name: z.enum([...CONFERENCING_PROVIDERS.keys()]).optional(),
  organizational_unit: z.string().optional(),
  refuse: z.boolean().default(false),
});

const tokensSchema = z.strictObject({ sub: idSchema });

/** What the admin host shows and steers. */
export interface Steerable {
  readonly cronofy: LocalCronofy;
  readonly faults: Faults;
  readonly callbacks: Callbacks;
  readonly log: RequestLog;
  readonly snapshots: Snapshots;
}

/**
 * The API by which a test steers the sandbox, and the console by which a person does. Nothing of it is Cronofy's.
 * @param gates what every request passes first
 */
export function createAdminHost(steerable: Steerable, gates: readonly Gate[]): Hono<HostEnvironment> {
  const { cronofy, faults, callbacks, log, snapshots } = steerable;
  const { authorizations, directory } = cronofy;

  return new Hono<HostEnvironment>()
    .use(...gates)
    .route("/", createConsole(steerable))
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
      const { conferencingProviderName, organizationalUnit } = problemsOf(cronofy, consent, answers);
      if (conferencingProviderName)
        throw new AdminError(422, `conferencing_provider_name: ${conferencingProviderName}`);
      if (organizationalUnit) throw new AdminError(422, `organizational_unit: ${organizationalUnit}`);
      return c.json({ redirect_to: approve(cronofy, consent, answers) });
    })
    .post("/revoke", async (c) => {
      return c.json({ revoked: revokeLinks(cronofy, await readInput(c, revokeSchema)) });
    })
    .post("/forget_unit", async (c) => {
      forgetUnit(cronofy, await readInput(c, forgetUnitSchema));
      return c.body(null, 204);
    })
    .post("/clock", async (c) => {
      advanceClock(cronofy, await readInput(c, clockSchema));
      return c.json(clockState(cronofy));
    })
    .post("/zoom_plan", async (c) => {
      setZoomPlan(cronofy, await readInput(c, zoomPlanSchema));
      return c.body(null, 204);
    })
    .post("/lock", async (c) => {
      setLocked(cronofy, await readInput(c, lockSchema));
      return c.body(null, 204);
    })
    .post("/plan", async (c) => {
      const { enterprise_conferencing } = await readInput(c, planSchema);
      cronofy.enterpriseConferencing = enterprise_conferencing;
      return c.body(null, 204);
    })
    .get("/snapshots", (c) => c.json(snapshots.ids()))
    .post("/snapshots", (c) => c.json({ snapshot_id: snapshots.take() }, 201))
    .post("/snapshots/:id/restore", (c) => {
      if (!snapshots.restore(c.req.param("id"))) throw new AdminError(404, "There is no such snapshot.");
      return c.body(null, 204);
    })
    .get("/callbacks", (c) => c.json(callbacks.latest()))
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
      if (grant === undefined)
        throw new AdminError(404, `There is no service account, account or linked Organizational Unit ${sub}.`);
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
      for (const each of [faults, log, callbacks]) each.clear();
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

function consentQuery(authorizationUrl: string): URLSearchParams {
  if (URL.canParse(authorizationUrl)) {
    const { pathname, searchParams } = new URL(authorizationUrl);
    if (pathname === CONSENT_PATH) return searchParams;
  }
  throw new AdminError(422, `authorization_url: has to be a URL at ${CONSENT_PATH} of the app host.`);
}

/** What Enterprise Connect and its delegated access would have granted: flows that the sandbox takes as done. */
function consentedGrant({ directory }: LocalCronofy, sub: string): Grant | undefined {
  const serviceAccount = directory.serviceAccount(sub);
  if (serviceAccount) {
    return { sub, type: "service_account", scope: serviceAccount.scope, service_account_id: sub };
  }
  const [link] = directory.unit(sub)?.links ?? [];
  if (link) {
    const { service_account_id } = link;
    return { sub, type: "organizational_unit", scope: ORGANIZATIONAL_UNIT_SCOPE, service_account_id };
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
    enterprise_conferencing: cronofy.enterpriseConferencing,
    locked: cronofy.directory.locked(),
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
