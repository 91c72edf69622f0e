import type { Terminal } from "../command-line/terminal";
import { applicationOf } from "./doctor-settings";
import type { DoctorFlags } from "./doctor-flags";
import type { Outcome } from "./finding";
import { TIMEOUT } from "./request";

/** Whether Cronofy accepts the credentials, by one request that changes nothing. */
export async function checkCredentials(flags: DoctorFlags, terminal: Terminal): Promise<Outcome> {
  const { store: _store, linkSecret: _linkSecret, ...application } = await applicationOf(flags, terminal);
  const { CronofyClient, OAuthError, Secret, UnauthorizedError } = await import("../../cronofy");
  const { randomUUID } = await import("node:crypto");
  const client = new CronofyClient({
    ...application,
    requestTimeout: TIMEOUT,
    maxRetries: 1,
    totalTimeout: 2 * TIMEOUT,
  });
  const accepted: Outcome = { result: "ok", says: `Cronofy (${new URL(client.apiUrl).host}) accepts the credentials.` };
  const refused: Outcome = {
    result: "failed",
    says: `Cronofy (${new URL(client.apiUrl).host}) does not accept the credentials.`,
    fix: "Check CRONOFY_CLIENT_ID, CRONOFY_CLIENT_SECRET and the data center: each has its own applications.",
  };
  try {
    // There is no such token, so nothing is made and nothing ends; whose request it is, is checked first (RFC 6749 5.2).
    await client.refresh(new Secret(`ou-link-doctor-${randomUUID()}`));
    return accepted;
  } catch (error) {
    if (error instanceof OAuthError) return error.error === "invalid_grant" ? accepted : refused;
    if (error instanceof UnauthorizedError) return refused;
    throw error;
  }
}
