import { CronofyError, RateBudgetError } from "../cronofy";
import { LinkStoreError } from "../link-store";
import { DiagnosticError } from "../plugin";
import type { Path } from "../plugin";

/**
 * Runs a piece of work. If it fails, the error says what the person who runs Terraform can do about it. An interruption
 * is passed on, because the plugin layer reports that itself.
 */
export async function diagnosed<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw asDiagnostic(error);
  }
}

function asDiagnostic(error: unknown): unknown {
  if (error instanceof CronofyError) {
    const path = blamedAttribute(error);
    const detail = error instanceof RateBudgetError ? `${error.message} ${LESS_AT_ONCE}` : error.message;
    return new DiagnosticError(
      { summary: summaryOf(error), detail, ...(path !== undefined && { path }) },
      { cause: error },
    );
  }
  if (error instanceof LinkStoreError) {
    return new DiagnosticError({ summary: "Link store failed", detail: error.message }, { cause: error });
  }
  return error;
}

const LESS_AT_ONCE =
  "The limits are requests_per_second and requests_per_minute of the provider block, the time allowed is in the " +
  "resource's timeouts, and -parallelism=N lowers how much Terraform does at once.";

/** The resource's argument that an error is about, where it is about one. */
function blamedAttribute(error: CronofyError): Path | undefined {
  switch (error.code) {
    case "not_found":
    case "invalid_parameters":
    case "account_locked":
      return error.operation === "create a link token" ? ["service_account_id"] : undefined;
    default:
      return undefined;
  }
}

function summaryOf(error: CronofyError): string {
  switch (error.code) {
    case "oauth_error":
    case "unauthorized":
      return "Cronofy refuses the credentials";
    case "plan_lacks_feature":
      return "Not in the Cronofy plan";
    case "forbidden":
      return "Cronofy refuses access";
    case "not_found":
      return "Unknown service account";
    case "invalid_parameters":
      return "Cronofy refuses the parameters";
    case "account_locked":
      return "Account is locked";
    case "rate_limited":
      return "Rate limit is used up";
    case "server_error":
      return "Cronofy has a problem";
    case "unreachable":
      return "Cronofy cannot be reached";
    case "unexpected_response":
      return "Unexpected answer";
    case "invalid_argument":
      return "Value cannot be used";
  }
}
