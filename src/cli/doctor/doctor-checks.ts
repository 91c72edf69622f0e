import { readFile, readdir } from "node:fs/promises";
import path from "node:path";
import { VERSION } from "../../provider/version";
import { CliError } from "../command-line/cli-error";
import type { DoctorFlags } from "../doctor-command";
import type { Terminal } from "../command-line/terminal";
import { requireTerraform, runTerraform, terraformComplaint } from "../terraform/terraform-run";

/** What came of one check. */
export interface Finding {
  readonly check: string;
  readonly result: "ok" | "warning" | "failed" | "skipped";
  /** What was found, in one sentence. */
  readonly says: string;
  /** What to do about it; absent where there is nothing to do. */
  readonly fix?: string;
}

type Outcome = Omit<Finding, "check">;

/** Milliseconds for a request: a person waits. */
const TIMEOUT = 10_000;
/** Milliseconds of the clock's error that harm nothing, and those with which signed states and lifetimes go wrong. */
const SKEW_NOTED = 30_000;
const SKEW_HARMFUL = 5 * 60_000;

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

/** Protocol 6 came with 1.0; what the provider is tried with is newer. */
const TRIED = { terraform: [1, 11], tofu: [1, 12] } as const;

async function checkTerraform(terminal: Terminal): Promise<Outcome> {
  const terraform = await requireTerraform(terminal.env);
  const run = await runTerraform(terraform, ["version", "-json"], { folder: ".", terminal });
  let version: unknown;
  try {
    version = (JSON.parse(run.stdout.toString("utf8")) as Record<string, unknown>)["terraform_version"];
  } catch {
    version = undefined;
  }
  if (typeof version !== "string") {
    return {
      result: "failed",
      says: `${terraform.path} does not tell its version: ${terraformComplaint(run)}`,
      fix: "Install Terraform or OpenTofu anew, or name another one in TERRAFORM_BINARY_NAME.",
    };
  }
  const says = `${terraform.kind === "tofu" ? "OpenTofu" : "Terraform"} ${version} at ${terraform.path}.`;
  const [major = 0, minor = 0] = version.split(".").map(Number);
  const [triedMajor, triedMinor] = TRIED[terraform.kind];
  const fix = `Install ${triedMajor}.${triedMinor} or later.`;
  if (major < 1) return { result: "failed", says: `${says} It cannot run this provider.`, fix };
  if (major === triedMajor && minor < triedMinor) {
    return { result: "warning", says: `${says} The provider has not been tried with one so old.`, fix };
  }
  return { result: "ok", says };
}

async function checkProvider({ env, platform }: Terminal): Promise<Outcome> {
  const { userPluginFolder } = await import("../install/install-provider");
  const plugins = userPluginFolder(platform, env);
  const roots = [
    path.resolve(".terraform", "providers"),
    ...(plugins === null ? [] : [plugins]),
    ...(await mirrors(env)),
  ];
  const found: string[] = [];
  const versions = new Set<string>();
  for (const root of roots) {
    for (const host of ["registry.terraform.io", "registry.opentofu.org"]) {
      for (const version of await readdir(path.join(root, host, "ou-link", "cronofy")).catch(() => [])) {
        versions.add(version);
        if (!found.includes(`${version} in ${root}`)) found.push(`${version} in ${root}`);
      }
    }
  }
  if (found.length === 0) {
    return {
      result: "failed",
      says: `terraform init would not find the provider: it is not in ${roots.join(", ")}.`,
      fix: "Run: ou-link install",
    };
  }
  const says = `${found.join(", ")}.`;
  return versions.has(VERSION)
    ? { result: "ok", says }
    : { result: "warning", says: `${says} This ou-link is ${VERSION}.`, fix: "Run: ou-link install" };
}

/** The filesystem mirrors of the CLI configuration, as far as it is written in the usual way. */
async function mirrors(env: Terminal["env"]): Promise<string[]> {
  const file = env["TF_CLI_CONFIG_FILE"] || (env["HOME"] ? path.join(env["HOME"], ".terraformrc") : undefined);
  const text = file === undefined ? "" : await readFile(file, "utf8").catch(() => "");
  return [...text.matchAll(/filesystem_mirror\s*\{[^}]*?\bpath\s*=\s*("(?:[^"\\]|\\.)*")/g)].flatMap(
    ([, quoted = ""]) => {
      try {
        return [JSON.parse(quoted) as string];
      } catch {
        return [];
      }
    },
  );
}

/** @param stands what stands in for settings that a check does without */
async function settings(flags: DoctorFlags, terminal: Terminal, stands: Record<string, string> = {}) {
  const { readApplicationSettings } = await import("../application/application-settings");
  // A store has a check of its own: any will do here.
  const { storeFile: _file, storePostgres: _postgres, ...application } = flags;
  const anyStore = { OU_LINK_STORE_FILE: ".", OU_LINK_STORE_POSTGRES: "", OU_LINK_STORE_COMMAND: "" };
  const env = { ...terminal.env, ...anyStore, ...stands };
  return readApplicationSettings(application, env, "The configuration is not whole.");
}

async function checkCredentials(flags: DoctorFlags, terminal: Terminal): Promise<Outcome> {
  const { store: _store, linkSecret: _linkSecret, ...application } = await settings(flags, terminal);
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

async function checkStore(flags: DoctorFlags, terminal: Terminal): Promise<Outcome> {
  const { chooseStore } = await import("../store/store-choice");
  const chosen = chooseStore(flags, terminal.env);
  if ("problem" in chosen) {
    return { result: "failed", says: "It cannot be told which store is meant.", fix: chosen.problem };
  }
  if ("command" in chosen.choice) {
    return { result: "skipped", says: "A program hands out the tokens; whether it works, a plan shows." };
  }
  const { openChosenStore } = await import("../store/store-opening");
  const store = await openChosenStore(chosen.choice, { env: terminal.env, lockTimeout: TIMEOUT });
  try {
    const records = await store.list();
    const inTheClear = records.filter(({ encryptedWith }) => encryptedWith === null).length;
    const says = `${records.length === 1 ? "1 authorization" : `${records.length} authorizations`} in ${store.description}`;
    if (!store.encrypts) {
      return {
        result: "warning",
        says: `${says}; what is written is not encrypted.`,
        fix: "Set OU_LINK_STORE_KEY, for everything that uses the store, to what this prints: openssl rand -base64 32",
      };
    }
    return inTheClear === 0
      ? { result: "ok", says: `${says}, encrypted.` }
      : { result: "warning", says: `${says}; ${inTheClear} not encrypted.`, fix: "Run: ou-link store rewrap" };
  } finally {
    await store.close();
  }
}

async function checkClock(flags: DoctorFlags, terminal: Terminal): Promise<Outcome> {
  const { apiUrl, dataCenter: id } = await settings(flags, terminal, {
    CRONOFY_CLIENT_ID: "none",
    CRONOFY_CLIENT_SECRET: "none",
  });
  const { dataCenter } = await import("../../cronofy");
  const url = apiUrl ?? dataCenter(id).apiUrl;
  const host = new URL(url).host;
  const before = Date.now();
  const response = await ask(url, "HEAD");
  const date = Date.parse(response.headers.get("date") ?? "");
  if (Number.isNaN(date)) return { result: "skipped", says: `${host} does not say what time it is.` };
  // The header has whole seconds, cut off.
  const skew = (before + Date.now()) / 2 - (date + 500);
  const amount = `${Math.round(Math.abs(skew) / 1000)} s ${skew > 0 ? "ahead of" : "behind"} ${host}`;
  if (Math.abs(skew) <= SKEW_NOTED) return { result: "ok", says: `It agrees with ${host}.` };
  return {
    result: Math.abs(skew) > SKEW_HARMFUL ? "failed" : "warning",
    says: `This machine's clock is ${amount}.`,
    fix: "Have the system's clock set by NTP: lifetimes of URLs and signed states go by it.",
  };
}

async function checkLinkService(flags: DoctorFlags, terminal: Terminal): Promise<Outcome> {
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
  const health = await ask(`${url}/healthz`);
  if (!health.ok) {
    return {
      result: "failed",
      says: `${url}/healthz answers ${health.status}.`,
      fix: "Check that the address is the link service's, and that the proxy passes its path on unchanged.",
    };
  }
  const readiness = await ask(`${url}/readyz`);
  return readiness.ok
    ? { result: "ok", says: `It runs at ${url}, and its store answers.` }
    : {
        result: "failed",
        says: `It runs at ${url}, but its store does not answer (${readiness.status}).`,
        fix: "Look at the log of ou-link serve, and check the store from the machine it runs on.",
      };
}

async function ask(url: string, method: "GET" | "HEAD" = "GET"): Promise<Response> {
  try {
    const response = await fetch(url, { method, redirect: "manual", signal: AbortSignal.timeout(TIMEOUT) });
    await response.body?.cancel();
    return response;
  } catch (error) {
    const { cause, name } = error as Error & { cause?: NodeJS.ErrnoException };
    throw new CliError(
      `${new URL(url).host} cannot be reached: ${cause?.code ?? name}.`,
      "Check the address, and that this machine may reach it.",
    );
  }
}
