import type { ClientCapabilities, Deferred } from "../wire/generated/tfplugin6";
import { Deferred_Reason } from "../wire/generated/tfplugin6";
import { DiagnosticError } from "./diagnostics";
import type { Finding } from "./diagnostics";

/** Why something has to wait for a later run. */
export type DeferralReason = keyof typeof REASONS;

const REASONS = {
  "resource configuration unknown": Deferred_Reason.RESOURCE_CONFIG_UNKNOWN,
  "provider configuration unknown": Deferred_Reason.PROVIDER_CONFIG_UNKNOWN,
  "prerequisite absent": Deferred_Reason.ABSENT_PREREQ,
} as const;

/**
 * Thrown where something cannot be planned or read before something else was applied. A client that allows it puts
 * the object off to a later run; any other, which is all of today's releases, shows the finding as an error.
 */
export class Deferral extends DiagnosticError {
  constructor(
    readonly reason: DeferralReason,
    finding: Finding,
  ) {
    super(finding);
  }
}

/** The answer to a client that allows deferral, or nothing: then what was thrown is an error. */
export function deferredBy(thrown: unknown, capabilities: ClientCapabilities | undefined): Deferred | undefined {
  if (!(thrown instanceof Deferral) || capabilities?.deferralAllowed !== true) return undefined;
  return { reason: REASONS[thrown.reason] };
}
