import { z } from "zod";
import type { Steerable } from "./admin-host";
import { AdminError } from "./admin-input";
import type { ServiceAccountSeed } from "./directory";
import { idSchema } from "./id-schema";
import type { LocalCronofy } from "./local-cronofy";
import { ORGANIZATIONAL_UNIT_SCOPE } from "./organizational-unit-scope";
import type { Grant, ServiceAccount } from "./records";
import { tokenReply } from "./token-endpoints";
import type { TokenReply } from "./token-endpoints";

/** A hundred years ahead is enough for any lifetime, and stays a valid date. */
const FARTHEST_SECONDS = 100 * 365 * 86_400;

/** Ends what links a service account, as an administrator would in Cronofy or in the conferencing service. */
export const revokeSchema = z.strictObject({ service_account_id: idSchema });

/** Takes a unit away, as Cronofy's support does when an organization leaves. */
export const forgetUnitSchema = z.strictObject({ organizational_unit_id: idSchema });

/** Moves the clock forward. */
export const clockSchema = z.strictObject({ advance_seconds: z.number().min(0).max(FARTHEST_SECONDS) });

/** Puts an organization's Zoom account on another plan. */
export const zoomPlanSchema = z.strictObject({ service_account_id: idSchema, zoom_plan: z.enum(["free", "paid"]) });

/** Locks a subject, so that its access tokens get 423, or unlocks it. */
export const lockSchema = z.strictObject({ sub: idSchema, locked: z.boolean() });

/** Puts the application on a plan with Enterprise Conferencing, or on one without, where link tokens get 402. */
export const planSchema = z.strictObject({ enterprise_conferencing: z.boolean() });

/** Hands out tokens for a subject, as if it had been authorized. */
export const tokensSchema = z.strictObject({ sub: idSchema });

/**
 * @returns how many authorizations were revoked
 * @throws AdminError where there is no such service account
 */
export function revokeLinks(cronofy: LocalCronofy, { service_account_id }: z.output<typeof revokeSchema>): number {
  anyServiceAccount(cronofy, service_account_id);
  return cronofy.revokeLinks(service_account_id);
}

/** @throws AdminError where there is no such unit */
export function forgetUnit(cronofy: LocalCronofy, input: z.output<typeof forgetUnitSchema>): void {
  if (cronofy.forgetUnit(input.organizational_unit_id)) return;
  throw new AdminError(404, `There is no Organizational Unit ${input.organizational_unit_id}.`);
}

/** @throws AdminError where the clock would run too far ahead */
export function advanceClock({ clock }: LocalCronofy, { advance_seconds }: z.output<typeof clockSchema>): void {
  if (clock.aheadSeconds + advance_seconds > FARTHEST_SECONDS) {
    throw new AdminError(422, "advance_seconds: the clock may be a hundred years ahead at most.");
  }
  clock.advance(advance_seconds);
}

/** @throws AdminError where there is no such service account */
export function setZoomPlan(cronofy: LocalCronofy, input: z.output<typeof zoomPlanSchema>): void {
  anyServiceAccount(cronofy, input.service_account_id).zoom_plan = input.zoom_plan;
}

/** @throws AdminError where there is no such service account, account or unit */
export function setLocked({ directory }: LocalCronofy, { sub, locked }: z.output<typeof lockSchema>): void {
  const isKnown = directory.serviceAccount(sub) ?? directory.account(sub) ?? directory.unit(sub);
  if (!isKnown) throw new AdminError(404, `There is no service account, account or Organizational Unit ${sub}.`);
  directory.setLocked(sub, locked);
}

/** @throws AdminError where there is one of that id already */
export function addServiceAccount({ directory }: LocalCronofy, seed: ServiceAccountSeed): ServiceAccount {
  if (directory.serviceAccounts().some((each) => each.service_account_id === seed.service_account_id)) {
    throw new AdminError(409, `There already is a service account ${seed.service_account_id}.`);
  }
  return directory.addServiceAccount(seed);
}

/** @throws AdminError where there is no such subject, or a unit that nothing links */
export function issueTokens(cronofy: LocalCronofy, { sub }: z.output<typeof tokensSchema>): TokenReply {
  const grant = consentedGrant(cronofy, sub);
  if (grant === undefined) {
    throw new AdminError(404, `There is no service account, account or linked Organizational Unit ${sub}.`);
  }
  return tokenReply(cronofy.authorizations.authorize(grant));
}

/** Back to how the sandbox began; snapshots stay. */
export function reset({ cronofy, faults, log, callbacks }: Steerable): void {
  cronofy.reset();
  for (const each of [faults, log, callbacks]) each.clear();
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

/** Even one that was revoked. */
function anyServiceAccount({ directory }: LocalCronofy, wanted: string) {
  const found = directory.serviceAccounts().find((each) => each.service_account_id === wanted);
  if (found === undefined) throw new AdminError(404, `There is no service account ${wanted}.`);
  return found;
}
