import { serviceAddressProblem } from "../../link";
import type { ComparedSide, Sameness } from "../../link-service";
import type { StoreChoice } from "../../link-store";
import { CliError } from "../command-line/cli-error";
import type { Terminal } from "../command-line/terminal";
import { checkText, chooseStore, openChosenStore } from "../settings";
import { TIMEOUT, applicationOf, request } from "./check";
import type { CheckResult, DoctorFlags } from "./check";

/** Whether the link service is reached and reaches its store, and both sides are configured alike. */
export async function checkLinkService(flags: DoctorFlags, terminal: Terminal): Promise<CheckResult> {
  const given = flags.linkServiceUrl || terminal.env["OU_LINK_SERVICE_URL"] || undefined;
  if (given === undefined) {
    return { result: "skipped", says: "None is configured (--link-service-url or OU_LINK_SERVICE_URL)." };
  }
  const problems: string[] = [];
  checkText("--link-service-url or OU_LINK_SERVICE_URL", given, serviceAddressProblem, problems);
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
  const chosen = await chooseStore(flags, terminal.env);
  if ("choice" in chosen && "command" in chosen.choice) {
    return {
      result: "failed",
      says: `It runs at ${url}, but an invitation needs a link store, and a program that hands out tokens is none.`,
      fix:
        "Set OU_LINK_STORE_POSTGRES or OU_LINK_STORE_FILE to the store of the link service, or declare links with " +
        'authorize_with = "url".',
    };
  }
  const { FINGERPRINT_HEADER, fingerprintsOf } = await import("../../link-service");
  const own = "problem" in chosen ? chosen.problem : await ownSide(chosen.choice, flags, terminal);
  const shown = typeof own === "string" ? {} : { [FINGERPRINT_HEADER]: fingerprintsOf(own) };
  const readiness = await request(`${url}/readyz`, { headers: shown });
  const faults: Fault[] = [];
  if (!readiness.ok) {
    faults.push({
      says: `its store does not answer (${readiness.status})`,
      fix: "Look at the log of ou-link serve, and check the store from the machine it runs on.",
      result: "failed",
    });
  }
  if (typeof own !== "string") faults.push(...differences(readiness.body, own));
  if (faults.length > 0) {
    return {
      result: faults.some(({ result }) => result === "failed") ? "failed" : "warning",
      says: `It runs at ${url}, but ${faults.map(({ says }) => says).join(", and ")}.`,
      fix: faults.map(({ fix }) => fix).join("\n"),
    };
  }
  const says = `It runs at ${url}, and its store answers`;
  return typeof own === "string"
    ? { result: "warning", says: `${says}; whether it is configured as here cannot be told.`, fix: own }
    : { result: "ok", says: `${says}.` };
}

/** What the provider is configured with here; what to do first, where that is not whole. */
async function ownSide(choice: StoreChoice, flags: DoctorFlags, terminal: Terminal): Promise<ComparedSide | string> {
  try {
    const { linkSecret, ...client } = await applicationOf(flags, terminal);
    // Nothing is read of it: it is asked for its name.
    const store = await openChosenStore(choice, { env: terminal.env, lockTimeout: TIMEOUT });
    await store.close();
    return { linkSecret, store, client };
  } catch (error) {
    if (error instanceof CliError) return error.fix;
    throw error;
  }
}

/** What is wrong with the service, or looks as if. */
interface Fault {
  /** Behind "It runs, but". */
  readonly says: string;
  readonly fix: string;
  readonly result: "failed" | "warning";
}

/** @param answer to fingerprints; a service that knows nothing of them says nothing of differences */
function differences(answer: unknown, { store, client }: ComparedSide): Fault[] {
  const same = (answer as { readonly same?: Partial<Sameness> } | null | undefined)?.same ?? {};
  const faults: readonly (readonly [keyof Sameness, Fault])[] = [
    [
      "link_secret",
      {
        says: "its link secret is not the one here, so each side refuses what the other has signed",
        fix:
          "Set OU_LINK_SECRET to one text for ou-link serve and for the provider; where it is not set, " +
          "CRONOFY_CLIENT_SECRET takes its place.",
        result: "failed",
      },
    ],
    [
      "data_center",
      {
        says: `its data center is not ${client.dataCenter}`,
        fix: "Set CRONOFY_DATA_CENTER to the same for both.",
        result: "failed",
      },
    ],
    [
      "client_id",
      {
        says: `its client id is not ${client.clientId}`,
        fix: "Set CRONOFY_CLIENT_ID, and the secret that belongs to it, to the same for both.",
        result: "failed",
      },
    ],
    [
      "store",
      {
        says: `it calls its store otherwise than ${store.description}`,
        fix: "Check that both names mean one store: the service finds there what an apply has written.",
        // A folder has several paths, and a database several names.
        result: "warning",
      },
    ],
  ];
  return faults.flatMap(([field, fault]) => (same[field] === false ? [fault] : []));
}
