import type { Terminal } from "../command-line/terminal";
import type { DoctorFlags } from "./doctor-flags";
import type { Outcome } from "./finding";
import { request } from "./request";

/** Whether the link service is reached, and reaches its store, and there is one here that invitations can do with. */
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
  if (!readiness.ok) {
    return {
      result: "failed",
      says: `It runs at ${url}, but its store does not answer (${readiness.status}).`,
      fix: "Look at the log of ou-link serve, and check the store from the machine it runs on.",
    };
  }
  const { chooseStore } = await import("../store/store-choice");
  const chosen = chooseStore(flags, terminal.env);
  if ("choice" in chosen && "command" in chosen.choice) {
    return {
      result: "failed",
      says: `It runs at ${url}, but an invitation needs a link store, and a program that hands out tokens is none.`,
      fix:
        "Set OU_LINK_STORE_POSTGRES or OU_LINK_STORE_FILE to the store of the link service, or declare links with " +
        'authorize_with = "url".',
    };
  }
  return { result: "ok", says: `It runs at ${url}, and its store answers.` };
}
