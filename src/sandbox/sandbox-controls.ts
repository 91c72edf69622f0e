import type { Steerable } from "./admin-host";
import { AdminError, checkInput } from "./admin-input";
import { answerAsAdministrator, authorizeSchema } from "./administrator";
import type { AdministratorAnswers } from "./administrator";
import type { LoggedCallback } from "./callbacks";
import { ConsentError } from "./consent";
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
import type { ServiceAccountSeed } from "./directory";
import { faultSchema } from "./faults";
import type { Fault, FaultSeed } from "./faults";
import { heldState } from "./held-state";
import type { HeldState } from "./held-state";
import type { ServiceAccount, ZoomPlan } from "./records";
import type { LoggedRequest } from "./request-log";
import { serviceAccountSchema } from "./service-account-schema";
import type { TokenReply } from "./token-endpoints";

/**
 * Steers a sandbox from the program that made it: what the admin API does over HTTP, as functions. Each throws an Error
 * that says what is wrong where something cannot be done.
 */
export class SandboxControls {
  readonly #steerable: Steerable;

  /** @internal */
  constructor(steerable: Steerable) {
    this.#steerable = steerable;
  }

  /**
   * Is the administrator who opens an authorization URL and answers it.
   * @returns where the browser is sent back to: the redirect URI with `code` or `error`, and `state`
   */
  authorize(authorizationUrl: string, answers: AdministratorAnswers = {}): string {
    const wanted = checkInput({ ...answers, authorization_url: authorizationUrl }, authorizeSchema);
    try {
      return answerAsAdministrator(this.#steerable.cronofy, wanted);
    } catch (error) {
      // Its own message is the page's second sentence.
      throw error instanceof ConsentError ? new Error(`${error.title}. ${error.message}`, { cause: error }) : error;
    }
  }

  /**
   * Revokes what links a service account, behind the application's back.
   * @returns how many authorizations that were
   */
  revoke(serviceAccountId: string): number {
    return revokeLinks(this.#steerable.cronofy, checkInput({ service_account_id: serviceAccountId }, revokeSchema));
  }

  /** Takes a unit away with all that was granted on it, as Cronofy's support does when an organization leaves. */
  forgetUnit(organizationalUnitId: string): void {
    forgetUnit(this.#steerable.cronofy, checkInput({ organizational_unit_id: organizationalUnitId }, forgetUnitSchema));
  }

  /** The time by the sandbox's clock. */
  now(): Date {
    return new Date(this.#steerable.cronofy.clock.now());
  }

  /** Moves the clock forward, so that tokens and codes lapse. */
  advanceClock(seconds: number): void {
    advanceClock(this.#steerable.cronofy, checkInput({ advance_seconds: seconds }, clockSchema));
  }

  /** Has the next matching requests meet a fault; of several, the one that was added first. */
  addFault(fault: FaultSeed): void {
    this.#steerable.faults.add(checkInput(fault, faultSchema));
  }

  /** The faults still to come. */
  faults(): Fault[] {
    return this.#steerable.faults.all();
  }

  /** Calls all faults off. */
  clearFaults(): void {
    this.#steerable.faults.clear();
  }

  /** Locks a service account, account or unit: its access tokens get 423. */
  lock(sub: string): void {
    setLocked(this.#steerable.cronofy, checkInput({ sub, locked: true }, lockSchema));
  }

  unlock(sub: string): void {
    setLocked(this.#steerable.cronofy, checkInput({ sub, locked: false }, lockSchema));
  }

  /** Puts an organization's Zoom account on another plan; on the Free plan Zoom cannot be connected. */
  setZoomPlan(serviceAccountId: string, plan: ZoomPlan): void {
    const input = { service_account_id: serviceAccountId, zoom_plan: plan };
    setZoomPlan(this.#steerable.cronofy, checkInput(input, zoomPlanSchema));
  }

  /** Puts the application on a plan with Enterprise Conferencing, or on one without, where link tokens get 402. */
  setEnterpriseConferencing(included: boolean): void {
    const { enterprise_conferencing } = checkInput({ enterprise_conferencing: included }, planSchema);
    this.#steerable.cronofy.enterpriseConferencing = enterprise_conferencing;
  }

  addServiceAccount(seed: ServiceAccountSeed): ServiceAccount {
    return addServiceAccount(this.#steerable.cronofy, checkInput(seed, serviceAccountSchema));
  }

  /** Tokens for a service account, an account behind one, or a linked unit, as if it had just been authorized. */
  issueTokens(sub: string): TokenReply {
    return issueTokens(this.#steerable.cronofy, checkInput({ sub }, tokensSchema));
  }

  /** The latest API requests, oldest first. */
  requests(): LoggedRequest[] {
    return this.#steerable.log.latest();
  }

  /** What was sent to callback URLs for delegated access, oldest first. */
  callbacks(): LoggedCallback[] {
    return this.#steerable.callbacks.latest();
  }

  /** All that the sandbox holds, with its tokens masked; a copy. */
  state(): HeldState {
    return structuredClone(heldState(this.#steerable.cronofy));
  }

  /**
   * Keeps what the sandbox holds, its clock and the faults to come; the latest twenty of these are kept.
   * @returns an id for {@link restore}
   */
  snapshot(): string {
    return this.#steerable.snapshots.take();
  }

  /** Goes back to a snapshot, any number of times. From there the same requests get the same tokens again. */
  restore(snapshotId: string): void {
    if (!this.#steerable.snapshots.restore(snapshotId)) throw new AdminError(404, "There is no such snapshot.");
  }

  /** Back to how the sandbox began; snapshots stay. */
  reset(): void {
    reset(this.#steerable);
  }
}
