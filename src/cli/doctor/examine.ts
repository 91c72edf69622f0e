import { CliError } from "../command-line/cli-error";
import type { Terminal } from "../command-line/terminal";
import { checkClock } from "./clock-check";
import { checkCredentials } from "./credentials-check";
import type { DoctorFlags } from "./doctor-flags";
import type { Finding, Outcome } from "./finding";
import { checkLinkService } from "./link-service-check";
import { checkProvider } from "./provider-check";
import { checkStore } from "./store-check";
import { checkTerraform } from "./terraform-check";

/** Checks everything, each for itself, in the order in which they are to be mended. */
export async function examine(flags: DoctorFlags, terminal: Terminal): Promise<readonly Finding[]> {
  const checks: readonly (readonly [name: string, check: () => Promise<Outcome>])[] = [
    ["terraform", () => checkTerraform(terminal)],
    ["provider", () => checkProvider(terminal)],
    ["credentials", () => checkCredentials(flags, terminal)],
    ["store", () => checkStore(flags, terminal)],
    ["clock", () => checkClock(flags, terminal)],
    ["link service", () => checkLinkService(flags, terminal)],
  ];
  return Promise.all(
    checks.map(async ([check, run]) => {
      try {
        return { check, ...(await run()) };
      } catch (error) {
        if (error instanceof CliError) return { check, result: "failed" as const, says: error.message, fix: error.fix };
        return { check, result: "failed" as const, says: error instanceof Error ? error.message : String(error) };
      }
    }),
  );
}
