import type { Terminal } from "../command-line/terminal";
import type { DoctorFlags } from "./doctor-flags";
import type { Outcome } from "./finding";
import { request } from "./request";

/** Whether the link service is reached, and reaches its store. */
export async function checkLinkService(flags: DoctorFlags, terminal: Terminal): Promise<Outcome> {
  const given = flags.linkServiceUrl || terminal.env["OU_LINK_SERVICE_URL"] || undefined;
  if (given === undefined) {
    return { result: "skipped", says: "None is configured (--link-service-url or OU_LINK_SERVICE_URL)." };
  }
  const { checkAddress } = await import("../application/application-settings");
  const problems: string[] = [];
  checkAddress("--link-service-url or OU_LINK_SERVICE_URL", given, problems);
  const [problem] = problems;
  if (problem !== undefined) return { result: "failed", says: problem };
  const url = given.replace(/\/+$/, "");
  const health = await request(`${url}/healthz`);
  if (!health.ok) {
    return {
      result: "failed",
      says: `${url}/healthz answers ${health.status}.`,
      fix: "Check that the address is the link service's, and that the proxy passes its path on unchanged.",
    };
  }
  const readiness = await request(`${url}/readyz`);
  return readiness.ok
    ? { result: "ok", says: `It runs at ${url}, and its store answers.` }
    : {
        result: "failed",
        says: `It runs at ${url}, but its store does not answer (${readiness.status}).`,
        fix: "Look at the log of ou-link serve, and check the store from the machine it runs on.",
      };
}
