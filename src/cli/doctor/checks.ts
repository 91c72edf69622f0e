import { randomUUID } from "node:crypto";
import { readFile } from "node:fs/promises";
import path from "node:path";
import type { LinkStore } from "../../link-store";
import { VERSION } from "../../provider/address";
import { CliError } from "../command-line/cli-error";
import type { Terminal } from "../command-line/terminal";
import { listInstalled, platformName, userPluginFolder } from "../install/provider-folder";
import { chooseStore, missingFolder, openChosenStore } from "../settings";
import { requireTerraform, runTerraform, terraformComplaint } from "../terraform/terraform-run";
import { TIMEOUT, applicationOf, request } from "./check";
import type { CheckResult, DoctorFlags } from "./check";
import { checkLinkService } from "./link-service-check";

/** What one check found, and which check that was. */
interface NamedResult extends CheckResult {
  readonly check: string;
}

/** Checks everything, each for itself, in the order in which they are to be mended. */
export async function runChecks(flags: DoctorFlags, terminal: Terminal): Promise<readonly NamedResult[]> {
  const checks: readonly (readonly [name: string, check: () => Promise<CheckResult>])[] = [
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

/** Whether Terraform or OpenTofu is there, and new enough. */
async function checkTerraform(terminal: Terminal): Promise<CheckResult> {
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

/** Whether `terraform init` would find the provider without a registry, and in which version. */
async function checkProvider({ env, platform, architecture }: Terminal): Promise<CheckResult> {
  const plugins = userPluginFolder(platform, env);
  const roots = [
    path.resolve(".terraform", "providers"),
    ...(plugins === null ? [] : [plugins]),
    ...(await mirrors(env)),
  ];
  const found: string[] = [];
  const versions = new Set<string>();
  for (const root of roots) {
    for (const { version, platform: built } of await listInstalled(root)) {
      if (built !== platformName(platform, architecture)) continue;
      versions.add(version);
      if (!found.includes(`${version} in ${root}`)) found.push(`${version} in ${root}`);
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

/** Whether Cronofy accepts the credentials, by one request that changes nothing. */
async function checkCredentials(flags: DoctorFlags, terminal: Terminal): Promise<CheckResult> {
  const { store: _store, linkSecret: _linkSecret, ...application } = await applicationOf(flags, terminal);
  const { CronofyClient, OAuthError, Secret, UnauthorizedError } = await import("../../cronofy");
  const client = new CronofyClient({
    ...application,
    requestTimeout: TIMEOUT,
    maxRetries: 1,
    totalTimeout: 2 * TIMEOUT,
  });
  const accepted: CheckResult = {
    result: "ok",
    says: `Cronofy (${new URL(client.apiUrl).host}) accepts the credentials.`,
  };
  const refused: CheckResult = {
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

/** Whether the store can be read and written, as an apply that declares a link does, and all in it is encrypted. */
async function checkStore(flags: DoctorFlags, terminal: Terminal): Promise<CheckResult> {
  const chosen = await chooseStore(flags, terminal.env);
  if ("problem" in chosen) {
    return { result: "failed", says: "It cannot be told which store is meant.", fix: chosen.problem };
  }
  if ("command" in chosen.choice) {
    return { result: "skipped", says: "A program hands out the tokens; whether it works, a plan shows." };
  }
  const missing = await missingFolder(chosen.choice);
  if (missing !== null) {
    return {
      result: "warning",
      says: `There is no folder ${missing}: the first apply makes it, and no link is in it.`,
      fix: "Where links are kept already, OU_LINK_STORE_FILE or --store-file names the wrong folder.",
    };
  }
  const store = await openChosenStore(chosen.choice, { env: terminal.env, lockTimeout: TIMEOUT });
  try {
    const records = await store.list();
    const inTheClear = records.filter(({ encryptedWith }) => encryptedWith === null).length;
    const says = `${records.length === 1 ? "1 link" : `${records.length} links`} in ${store.description}`;
    const problem = await writeProblem(store);
    if (problem !== null) {
      return {
        result: "failed",
        says: `It cannot be written: ${problem}`,
        fix: "Let this user write to it: an apply that declares a link does, and so does the link service.",
      };
    }
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

/** Reserves space for a link that there is not, which writes and takes that back. */
async function writeProblem(store: LinkStore): Promise<string | null> {
  const { LinkStoreError } = await import("../../link-store");
  const nobody = { dataCenter: "us", clientId: "ou-link-doctor", serviceAccountId: `ser_${randomUUID()}` } as const;
  try {
    await store.locked(nobody, async (record) => {
      await record.reserve();
    });
    return null;
  } catch (error) {
    if (error instanceof LinkStoreError) return error.message;
    throw error;
  }
}

/** Milliseconds of the clock's error that harm nothing, and those with which signed states and lifetimes go wrong. */
const SKEW_NOTED = 30_000;
const SKEW_HARMFUL = 5 * 60_000;

/** Whether this machine agrees with Cronofy on what time it is. */
async function checkClock(flags: DoctorFlags, terminal: Terminal): Promise<CheckResult> {
  const { apiUrl, dataCenter: id } = await applicationOf(flags, terminal, {
    CRONOFY_CLIENT_ID: "none",
    CRONOFY_CLIENT_SECRET: "none",
  });
  const { dataCenter } = await import("../../cronofy");
  const url = apiUrl ?? dataCenter(id).apiUrl;
  const host = new URL(url).host;
  const before = Date.now();
  const response = await request(url, { method: "HEAD" });
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
