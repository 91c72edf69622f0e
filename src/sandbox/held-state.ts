import type { Assumptions } from "./assumptions";
import type { LocalCronofy } from "./local-cronofy";
import { masked } from "./masked";
import type { Account, Grant, LinkToken, OrganizationalUnit, ServiceAccount } from "./records";

/** Where the sandbox's clock stands. */
export interface ClockState {
  /** ISO 8601. */
  readonly now: string;
  readonly ahead_seconds: number;
}

/** All that a sandbox holds, as JSON; tokens are masked. */
export interface HeldState {
  readonly clock: ClockState;
  readonly enterprise_conferencing: boolean;
  /** The `sub` of each locked subject. */
  readonly locked: readonly string[];
  readonly service_accounts: readonly ServiceAccount[];
  readonly accounts: readonly Account[];
  readonly organizational_units: readonly OrganizationalUnit[];
  readonly link_tokens: readonly (Omit<LinkToken, "expires_at"> & { readonly expires_at: string })[];
  readonly authorizations: readonly (Grant & { readonly authorization_id: string; readonly refresh_token: string })[];
  readonly assumptions: Assumptions;
}

export function clockState({ clock }: LocalCronofy): ClockState {
  return { now: new Date(clock.now()).toISOString(), ahead_seconds: clock.aheadSeconds };
}

export function heldState(cronofy: LocalCronofy): HeldState {
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
