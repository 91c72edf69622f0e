import { readFile } from "node:fs/promises";
import { Option } from "commander";
import type { SandboxOptions } from "../sandbox";
import { cliCommand, jsonOption, portOption } from "./command-line/cli-command";
import { CliError, EXIT_CODE } from "./command-line/cli-error";
import { printJson } from "./command-line/terminal";
import { serveUntilInterrupted } from "./command-line/waiting";

interface SandboxFlags {
  readonly port: number;
  readonly json?: true;
  readonly seed?: string;
  readonly seedFile?: string;
}

/** `ou-link sandbox`: a local Cronofy to try things against. */
export const sandboxCommand = cliCommand<SandboxFlags>({
  name: "sandbox",
  summary: "run a local Cronofy, for trying and testing",
  description:
    "Runs a local Cronofy, built from the public documentation, on loopback until it is interrupted. " +
    "It holds a few service accounts, or what a seed file says, and forgets everything when it ends. " +
    "Its console, on the admin API's port, shows what it holds and has buttons to make things drift.",
  options: [
    portOption("port of the API; its pages and its admin API take the two after it; 0 picks free ones", 0, 65_533),
    jsonOption("print one line of JSON when ready, instead of text"),
    new Option("--seed <text>", "make ids and tokens the same at every start"),
    new Option("--seed-file <file>", "begin with the client, service accounts, links and assumptions of a JSON file"),
  ],
  examples: [
    { does: "start one and read what to configure", line: "ou-link sandbox" },
    { does: "start one from a program, which reads one line of JSON", line: "ou-link sandbox --port 0 --json" },
    { does: "start one with service accounts of your own", line: "ou-link sandbox --seed-file state.json" },
  ],
  async run({ port, json, seed, seedFile }, terminal) {
    const interruption = terminal.interruption();
    const { startSandbox } = await import("../sandbox");
    const beginning = seedFile === undefined ? {} : await readSeedFile(seedFile);
    const sandbox = await startSandbox({ ...beginning, port, ...(seed === undefined ? {} : { seed }) });
    const { api_url, app_url, admin_url, client_id, client_secret, service_accounts } = sandbox;
    if (json) {
      printJson(terminal, { api_url, app_url, admin_url, client_id, client_secret, service_accounts });
    } else {
      terminal.print("A local Cronofy is running. Tell the provider and the link service about it:");
      terminal.print("");
      terminal.print(`  export CRONOFY_API_URL=${api_url}`);
      terminal.print(`  export CRONOFY_APP_URL=${app_url}`);
      terminal.print(`  export CRONOFY_CLIENT_ID=${client_id}`);
      terminal.print(`  export CRONOFY_CLIENT_SECRET=${client_secret}`);
      terminal.print("");
      terminal.print("Service accounts to link:");
      for (const account of service_accounts) {
        terminal.print(`  ${account.service_account_id}  ${account.domain}`);
      }
      terminal.print("");
      terminal.print(`See what it holds and make things drift at ${admin_url}. Press Ctrl+C to stop.`);
    }
    await serveUntilInterrupted(sandbox, interruption);
    return EXIT_CODE.ok;
  },
});

/** @throws CliError where the file cannot be read or is none */
async function readSeedFile(path: string): Promise<SandboxOptions> {
  const { parseSeedFile, SeedFileError } = await import("../sandbox");
  let text: string;
  try {
    text = await readFile(path, "utf8");
  } catch (error) {
    const { code = "unknown error" } = error as NodeJS.ErrnoException;
    const reason = code === "ENOENT" ? "there is no such file" : code;
    throw new CliError(`The seed file ${path} cannot be read: ${reason}.`, "Name a JSON file.");
  }
  try {
    return parseSeedFile(text);
  } catch (error) {
    if (!(error instanceof SeedFileError)) throw error;
    throw new CliError(
      `The seed file ${path} cannot be used.`,
      `Mend in it:\n${error.problems.join("\n")}`,
      EXIT_CODE.usage,
    );
  }
}
