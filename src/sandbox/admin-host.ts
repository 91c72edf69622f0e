import { Hono } from "hono";
import { AdminError, readInput } from "./admin-input";
import { answerAsAdministrator, authorizeSchema } from "./administrator";
import type { Callbacks } from "./callbacks";
import { ConsentError } from "./consent";
import { createConsole } from "./console";
import {
  addServiceAccount,
  advanceClock,
  clockSchema,
  forgetUnit,
  forgetUnitSchema,
  issueTokens,
  lockSchema,
  planSchema,
  reset,
  revokeLinks,
  revokeSchema,
  setLocked,
  setZoomPlan,
  tokensSchema,
  zoomPlanSchema,
} from "./controls";
import { faultSchema } from "./faults";
import type { Faults } from "./faults";
import { clockState, heldState } from "./held-state";
import type { Gate, HostEnvironment } from "./host-environment";
import type { LocalCronofy } from "./local-cronofy";
import { isCrossSite } from "./loopback-only";
import type { RequestLog } from "./request-log";
import { serviceAccountSchema } from "./service-account-schema";
import type { Snapshots } from "./snapshots";
import { unexpectedError } from "./unexpected-error";

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
      return c.json({ redirect_to: answerAsAdministrator(cronofy, await readInput(c, authorizeSchema)) });
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
      return c.json(addServiceAccount(cronofy, await readInput(c, serviceAccountSchema)), 201);
    })
    .post("/tokens", async (c) => {
      return c.json(issueTokens(cronofy, await readInput(c, tokensSchema)), 201);
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
      reset(steerable);
      return c.body(null, 204);
    })
    .notFound((c) => c.json({ error: `The admin API has no ${c.req.method} ${c.req.path}.` }, 404))
    .onError((error, c) => {
      if (error instanceof AdminError) return c.json({ error: error.message }, error.status);
      if (error instanceof ConsentError) return c.json({ error: `${error.title}. ${error.message}` }, error.status);
      return unexpectedError(error, c);
    });
}
