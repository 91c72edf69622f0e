import type { Terminal } from "../command-line/terminal";
import type { DoctorFlags } from "./doctor-flags";

/**
 * The application that is meant, for checks that need no store of it.
 *
 * @param stands what stands in for settings that a check does without
 * @throws CliError where settings are missing or wrong
 */
export async function applicationOf(flags: DoctorFlags, terminal: Terminal, stands: Record<string, string> = {}) {
  const { readApplicationSettings } = await import("../application/application-settings");
  // A store has a check of its own: any will do here.
  const { storeFile: _file, storePostgres: _postgres, ...application } = flags;
  const anyStore = { OU_LINK_STORE_FILE: ".", OU_LINK_STORE_POSTGRES: "", OU_LINK_STORE_COMMAND: "" };
  const env = { ...terminal.env, ...anyStore, ...stands };
  return readApplicationSettings(application, env, "The configuration is not whole.");
}
