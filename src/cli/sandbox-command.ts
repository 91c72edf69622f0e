import { Option } from "commander";
import { cliCommand } from "./cli-command";
import { EXIT_CODE } from "./exit-code";
import { jsonOption } from "./json-option";
import { portOption } from "./port-option";
import { serveUntilInterrupted } from "./serve-until-interrupted";

interface SandboxFlags {
  readonly port: number;
  readonly json?: true;
  readonly seed?: string;
}

/** `ou-link sandbox`: a local Cronofy to try things against. */
export const sandboxCommand = cliCommand<SandboxFlags>({
  name: "sandbox",
  summary: "run a local Cronofy, for trying and testing",
  description:
    "Runs a local Cronofy, built from the public documentation, on loopback until it is interrupted. " +
    "It holds a few service accounts and forgets everything when it ends.",
  options: [
    portOption("port of the API; its pages and its admin API take the two after it; 0 picks free ones", 0),
    jsonOption(),
    new Option("--seed <text>", "make ids and tokens the same at every start"),
  ],
  examples: [
    { does: "start one and read what to configure", line: "ou-link sandbox" },
    { does: "start one from a program, which reads one line of JSON", line: "ou-link sandbox --port 0 --json" },
  ],
  async run({ port, json, seed }, terminal) {
    const interruption = terminal.interruption();
    const { startSandbox } = await import("../sandbox");
    const sandbox = await startSandbox({ port, ...(seed === undefined ? {} : { seed }) });
    const { api_url, app_url, admin_url, client_id, client_secret, service_accounts } = sandbox;
    if (json) {
      terminal.print(JSON.stringify({ api_url, app_url, admin_url, client_id, client_secret, service_accounts }));
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
      terminal.print(`Make things drift at ${admin_url}. Press Ctrl+C to stop.`);
    }
    await serveUntilInterrupted(sandbox, interruption);
    return EXIT_CODE.ok;
  },
});
