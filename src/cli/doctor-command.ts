import { Option } from "commander";
import { applicationOptions } from "./application/application-options";
import { cliCommand } from "./command-line/cli-command";
import { EXIT_CODE } from "./command-line/exit-code";
import { legible } from "./command-line/legible";
import type { DoctorFlags } from "./doctor/doctor-flags";

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
    new Option("--json", "print one line of JSON instead of text"),
  ],
  examples: [
    { does: "check what the environment says", line: "ou-link doctor" },
    { does: "the same in a pipeline, before it applies", line: "ou-link doctor --json --quiet" },
  ],
  async run(flags, terminal) {
    const { examine } = await import("./doctor/examine");
    const { jsonLine } = await import("./states/link-report");
    const findings = await examine(flags, terminal);
    if (flags.json) terminal.print(jsonLine({ format_version: "1.0", checks: findings }));
    else {
      for (const { check, result, says, fix } of findings) {
        terminal.print(`${SIGN[result].padEnd(8)} ${check}: ${legible(says)}`);
        for (const line of fix?.split("\n") ?? []) terminal.print(`${" ".repeat(9)}${legible(line)}`);
      }
    }
    return findings.some(({ result }) => result === "failed") ? EXIT_CODE.failure : EXIT_CODE.ok;
  },
});
