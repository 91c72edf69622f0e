import { z } from "zod";
import { FARTHEST_SECONDS, secondsSchema } from "../assumptions";
import { ORGANIZATIONAL_UNIT_SCOPE, tokenReply } from "../state/authorizations";
import type { Grant } from "../state/authorizations";
import { idSchema, serviceAccountSchema, zoomPlanSchema } from "../state/directory";
import type { ServiceAccount } from "../state/directory";
import { faultSchema } from "../state/faults";
import type { FaultSeed } from "../state/faults";
import type { LocalCronofy } from "../state/local-cronofy";
import { answerAsAdministrator, authorizeSchema } from "./administrator";
import { AdminError, control } from "./control";
import type { Fields } from "./control";
import { clockState, heldState } from "./held-state";

/** The faults that a person may pick on the console. The admin API takes any. */
export const FAULT_KINDS: ReadonlyMap<string, { readonly label: string; readonly fault: Omit<FaultSeed, "path"> }> =
  new Map([
    ["unavailable", { label: "503, unavailable", fault: { status: 503 } }],
    ["rate_limited", { label: "429, rate limit", fault: { status: 429 } }],
    ["gateway_page", { label: "502 with an HTML page", fault: { status: 502, error_page: true } }],
    ["lost_answer", { label: "500, work done", fault: { status: 500, after_work: true } }],
    ["slow", { label: "answer 10 seconds late", fault: { delay_ms: 10_000 } }],
    ["drop_before", { label: "drop the connection, nothing done", fault: { drop: "before" } }],
    ["drop_after", { label: "drop the connection, work done", fault: { drop: "after" } }],
    ["truncate", { label: "cut the answer short", fault: { truncate: true } }],
  ]);

/** All that can be done to a sandbox. The functions of `SandboxControls` say what each does. */
export const CONTROLS = {
  authorize: control({
    method: "POST",
    path: "/authorize",
    input: authorizeSchema,
    carryOut: ({ cronofy }, wanted) => ({ redirect_to: answerAsAdministrator(cronofy, wanted) }),
  }),
  revoke: control({
    method: "POST",
    path: "/revoke",
    input: z.strictObject({ service_account_id: idSchema }),
    button: { done: "The link was revoked." },
    carryOut({ cronofy }, { service_account_id }) {
      existingServiceAccount(cronofy, service_account_id);
      return { revoked: cronofy.revokeLinks(service_account_id) };
    },
  }),
  forget_unit: control({
    method: "POST",
    path: "/forget_unit",
    input: z.strictObject({ organizational_unit_id: idSchema }),
    button: { done: "The unit is forgotten." },
    carryOut({ cronofy }, { organizational_unit_id: id }) {
      if (!cronofy.forgetUnit(id)) throw new AdminError(404, `There is no Organizational Unit ${id}.`);
    },
  }),
  lock: control({
    method: "POST",
    path: "/lock",
    input: z.strictObject({ sub: idSchema, locked: z.boolean() }),
    button: { done: "The lock was changed.", read: ({ sub, locked }: Fields) => ({ sub, locked: locked === "yes" }) },
    carryOut({ cronofy: { directory } }, { sub, locked }) {
      const subject = directory.serviceAccount(sub) ?? directory.account(sub) ?? directory.unit(sub);
      if (!subject) throw new AdminError(404, `There is no service account, account or Organizational Unit ${sub}.`);
      directory.setLocked(sub, locked);
    },
  }),
  zoom_plan: control({
    method: "POST",
    path: "/zoom_plan",
    input: z.strictObject({ service_account_id: idSchema, zoom_plan: zoomPlanSchema }),
    button: { done: "The Zoom plan was changed." },
    carryOut({ cronofy }, { service_account_id, zoom_plan }) {
      existingServiceAccount(cronofy, service_account_id).zoom_plan = zoom_plan;
    },
  }),
  plan: control({
    method: "POST",
    path: "/plan",
    input: z.strictObject({ enterprise_conferencing: z.boolean() }),
    button: {
      done: "The application's plan was changed.",
      read: (fields: Fields) => ({ enterprise_conferencing: fields["enterprise_conferencing"] === "yes" }),
    },
    carryOut({ cronofy }, { enterprise_conferencing }) {
      cronofy.enterpriseConferencing = enterprise_conferencing;
    },
  }),
  add_service_account: control({
    method: "POST",
    path: "/service_accounts",
    input: serviceAccountSchema,
    status: 201,
    carryOut({ cronofy: { directory } }, seed) {
      const id = seed.service_account_id;
      if (directory.serviceAccounts().some((each) => each.service_account_id === id)) {
        throw new AdminError(409, `There already is a service account ${id}.`);
      }
      return directory.addServiceAccount(seed);
    },
  }),
  issue_tokens: control({
    method: "POST",
    path: "/tokens",
    input: z.strictObject({ sub: idSchema }),
    status: 201,
    carryOut({ cronofy }, { sub }) {
      const grant = grantOn(cronofy, sub);
      if (!grant)
        throw new AdminError(404, `There is no service account, account or linked Organizational Unit ${sub}.`);
      return tokenReply(cronofy.authorizations.authorize(grant));
    },
  }),
  clock: control({
    method: "POST",
    path: "/clock",
    input: z.strictObject({ advance_seconds: secondsSchema }),
    button: {
      done: "The clock was moved forward.",
      read: (fields: Fields) => ({ advance_seconds: numberOf(fields["advance_seconds"]) }),
    },
    carryOut({ cronofy }, { advance_seconds }) {
      if (cronofy.clock.aheadSeconds + advance_seconds > FARTHEST_SECONDS) {
        throw new AdminError(422, "advance_seconds: the clock may be a hundred years ahead at most.");
      }
      cronofy.clock.advance(advance_seconds);
      return clockState(cronofy);
    },
  }),
  fault: control({
    method: "POST",
    path: "/faults",
    input: faultSchema,
    status: 201,
    button: {
      done: "The fault is waiting for its requests.",
      read({ kind, path, times }: Fields) {
        const picked = FAULT_KINDS.get(String(kind));
        if (picked === undefined) throw new AdminError(422, "kind: choose one of the list.");
        return { ...picked.fault, path, times: numberOf(times) };
      },
    },
    carryOut({ faults }, fault) {
      faults.add(fault);
      return faults.all();
    },
  }),
  faults: control({ method: "GET", path: "/faults", carryOut: ({ faults }) => faults.all() }),
  clear_faults: control({
    method: "DELETE",
    path: "/faults",
    button: { done: "All faults were called off." },
    carryOut: ({ faults }) => faults.clear(),
  }),
  take_snapshot: control({
    method: "POST",
    path: "/snapshots",
    status: 201,
    carryOut: ({ snapshots }) => ({ snapshot_id: snapshots.take() }),
  }),
  snapshots: control({ method: "GET", path: "/snapshots", carryOut: ({ snapshots }) => snapshots.ids() }),
  restore_snapshot: control({
    method: "POST",
    path: "/snapshots/:id/restore",
    input: z.strictObject({ id: z.string() }),
    carryOut({ snapshots }, { id }) {
      if (!snapshots.restore(id)) throw new AdminError(404, "There is no such snapshot.");
    },
  }),
  requests: control({ method: "GET", path: "/requests", carryOut: ({ log }) => log.latest() }),
  callbacks: control({ method: "GET", path: "/callbacks", carryOut: ({ callbacks }) => callbacks.latest() }),
  state: control({ method: "GET", path: "/state", carryOut: ({ cronofy }) => heldState(cronofy) }),
  reset: control({
    method: "POST",
    path: "/reset",
    button: { done: "The sandbox is as it began." },
    carryOut({ cronofy, faults, log, callbacks }) {
      cronofy.reset();
      for (const each of [faults, log, callbacks]) each.clear();
    },
  }),
};

type Controls = typeof CONTROLS;

/** The controls that have a button of the console. */
export type ButtonName = {
  [Name in keyof Controls]: Controls[Name]["button"] extends undefined ? never : Name;
}[keyof Controls];

/** Finds a service account, even one that was revoked. */
function existingServiceAccount({ directory }: LocalCronofy, id: string): ServiceAccount {
  const found = directory.serviceAccounts().find((each) => each.service_account_id === id);
  if (found === undefined) throw new AdminError(404, `There is no service account ${id}.`);
  return found;
}

/** The grant on a subject, as if Enterprise Connect and its delegated access had been gone through. */
function grantOn({ directory }: LocalCronofy, sub: string): Grant | undefined {
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

/** The number in a field of a form. Where there is none it is NaN, which no control takes. */
function numberOf(field: unknown): number {
  return typeof field === "string" && field.trim() !== "" ? Number(field) : NaN;
}
