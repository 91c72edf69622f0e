import { Option } from "commander";
import { cliCommand, jsonOption } from "./command-line/cli-command";
import { EXIT_CODE } from "./command-line/cli-error";
import { legible, printJson } from "./command-line/terminal";
import type { DoctorFlags } from "./doctor/check";
import { applicationOptions } from "./settings";

const SIGN = { ok: "ok", warning: "warning", failed: "FAILED", skipped: "skipped" } as const;

/** `ou-link doctor`: whether everything around a link is in order. */
export const doctorCommand = cliCommand<DoctorFlags>({
  name: "doctor",
  summary: "check that everything a link needs is there",
  description:
    "Checks Terraform or OpenTofu, the installed provider, Cronofy's credentials, the link store and its " +
    "encryption, this machine's clock, and the link service; where something is wrong, says what to do. It changes no " +
    "link: to try the credentials, it asks Cronofy to renew an authorization that does not exist; to try the store, it " +
    "takes and gives back a lock there; and the link service is asked whether it is configured as this is, by keyed " +
    "fingerprints.\n\n" +
    "Exit code 1 where a check failed; a warning is no failure. CRONOFY_CLIENT_SECRET comes by the environment.",
  options: [
    ...applicationOptions(),
    new Option("--link-service-url <url>", "your link service (env: OU_LINK_SERVICE_URL)"),
    jsonOption(),
  ],
  examples: [
    { does: "check what the environment says", line: "ou-link doctor" },
    { does: "the same in a pipeline, before it applies", line: "ou-link doctor --json --quiet" },
  ],
  async run(flags, terminal) {
    const { runChecks } = await import("./doctor/checks");
    const results = await runChecks(flags, terminal);
    if (flags.json) printJson(terminal, { format_version: "1.0", checks: results });
    else {
      for (const { check, result, says, fix } of results) {
        terminal.print(`${SIGN[result].padEnd(8)} ${check}: ${legible(says)}`);
        for (const line of fix?.split("\n") ?? []) terminal.print(`${" ".repeat(9)}${legible(line)}`);
      }
    }
    return results.some(({ result }) => result === "failed") ? EXIT_CODE.failure : EXIT_CODE.ok;
  },
});
