import type { Terminal } from "../command-line/terminal";
import { requireTerraform, runTerraform, terraformComplaint } from "../terraform/terraform-run";
import type { Outcome } from "./finding";

/** Protocol 6 came with 1.0; what the provider is tried with is newer. */
const TRIED = { terraform: [1, 11], tofu: [1, 12] } as const;

/** Whether Terraform or OpenTofu is there, and new enough. */
export async function checkTerraform(terminal: Terminal): Promise<Outcome> {
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
