import type { TokenReply } from "../state/authorizations";
import type { ServiceAccount, ServiceAccountSeed, ZoomPlan } from "../state/directory";
import type { Fault, FaultSeed } from "../state/faults";
import type { LoggedCallback, LoggedRequest } from "../state/traffic";
import type { AdministratorAnswers } from "./administrator";
import type { SandboxParts } from "./control";
import { CONTROLS } from "./controls";
import type { HeldState } from "./held-state";

/**
 * Steers a sandbox from the program that made it: its functions do what the admin API does over HTTP. Each throws an
 * Error that says what is wrong where something cannot be done.
 */
export class SandboxControls {
  readonly #parts: SandboxParts;

  /** @internal */
  constructor(parts: SandboxParts) {
    this.#parts = parts;
  }

  /**
   * Opens an authorization URL and answers it, as the administrator does.
   * @returns where the browser is sent back to: the redirect URI with `code` or `error`, and `state`
   */
  authorize(authorizationUrl: string, answers: AdministratorAnswers = {}): string {
    return CONTROLS.authorize.carryOut(this.#parts, { ...answers, authorization_url: authorizationUrl }).redirect_to;
  }

  /**
   * Revokes what links a service account, behind the application's back.
   * @returns how many authorizations were revoked
   */
  revoke(serviceAccountId: string): number {
    return CONTROLS.revoke.carryOut(this.#parts, { service_account_id: serviceAccountId }).revoked;
  }

  /** Takes a unit away with all that was granted on it, as Cronofy's support does when an organization leaves. */
  forgetUnit(organizationalUnitId: string): void {
    CONTROLS.forget_unit.carryOut(this.#parts, { organizational_unit_id: organizationalUnitId });
  }

  /** The time by the sandbox's clock. */
  now(): Date {
    return new Date(this.#parts.cronofy.clock.now());
  }

  /** Moves the clock forward, so that tokens and codes lapse. */
  advanceClock(seconds: number): void {
    CONTROLS.clock.carryOut(this.#parts, { advance_seconds: seconds });
  }

  /** Lets the next matching requests meet a fault. Of several, they meet the one that was added first. */
  addFault(fault: FaultSeed): void {
    CONTROLS.fault.carryOut(this.#parts, fault);
  }

  /** The faults still to come. */
  faults(): Fault[] {
    return CONTROLS.faults.carryOut(this.#parts);
  }

  /** Calls all faults off. */
  clearFaults(): void {
    CONTROLS.clear_faults.carryOut(this.#parts);
  }

  /** Locks a service account, account or unit: its access tokens get 423. */
  lock(sub: string): void {
    CONTROLS.lock.carryOut(this.#parts, { sub, locked: true });
  }

  unlock(sub: string): void {
    CONTROLS.lock.carryOut(this.#parts, { sub, locked: false });
  }

  /** Puts an organization's Zoom account on another plan; on the Free plan Zoom cannot be connected. */
  setZoomPlan(serviceAccountId: string, plan: ZoomPlan): void {
    CONTROLS.zoom_plan.carryOut(this.#parts, { service_account_id: serviceAccountId, zoom_plan: plan });
  }

  /** Puts the application on a plan with Enterprise Conferencing, or on one without, where link tokens get 402. */
  setEnterpriseConferencing(included: boolean): void {
    CONTROLS.plan.carryOut(this.#parts, { enterprise_conferencing: included });
  }

  addServiceAccount(seed: ServiceAccountSeed): ServiceAccount {
    return CONTROLS.add_service_account.carryOut(this.#parts, seed);
  }

  /** Issues tokens for a service account, an account behind one, or a linked unit, as if it were just authorized. */
  issueTokens(sub: string): TokenReply {
    return CONTROLS.issue_tokens.carryOut(this.#parts, { sub });
  }

  /** The latest API requests, oldest first. */
  requests(): LoggedRequest[] {
    return CONTROLS.requests.carryOut(this.#parts);
  }

  /** What was sent to callback URLs for delegated access, oldest first. */
  callbacks(): LoggedCallback[] {
    return CONTROLS.callbacks.carryOut(this.#parts);
  }

  /** A copy of all that the sandbox holds, with its tokens masked. */
  state(): HeldState {
    return structuredClone(CONTROLS.state.carryOut(this.#parts));
  }

  /**
   * Keeps what the sandbox holds, its clock and the faults to come. The latest twenty snapshots are kept.
   * @returns an id for {@link restore}
   */
  snapshot(): string {
    return CONTROLS.take_snapshot.carryOut(this.#parts).snapshot_id;
  }

  /** Goes back to a snapshot, as often as you like. From there the same requests get the same tokens again. */
  restore(snapshotId: string): void {
    CONTROLS.restore_snapshot.carryOut(this.#parts, { id: snapshotId });
  }

  /** Goes back to how the sandbox began. Snapshots stay. */
  reset(): void {
    CONTROLS.reset.carryOut(this.#parts);
  }
}
