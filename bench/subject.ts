import { copyFile, mkdir } from "node:fs/promises";
import path from "node:path";
import { VERSION } from "../src/provider/address";

/** What is measured in Terraform: a way to declare links. */
export interface Subject {
  readonly name: string;
  /** Absent where the subject is a part of Terraform. */
  readonly provider?: {
    /** As configurations name it, such as `ou-link/cronofy`. */
    readonly source: string;
    readonly executable: string;
  };
  /** So many links, each of a service account of its own. */
  configuration(count: number): string;
}

/** Where administrators come back to; nobody listens there. */
export const REDIRECT_URI = "https://links.example.com/callback";

/** The provider as it is released, for this machine. */
export const OURS: Subject = linkSubject(
  "ours",
  path.resolve(__dirname, "..", "dist", "bin", "terraform-provider-cronofy"),
);

/** A provider that has our resource. */
export function linkSubject(name: string, executable: string): Subject {
  return { name, provider: { source: "ou-link/cronofy", executable }, configuration: linkConfiguration };
}

/** The service account of the link with that index. */
export function serviceAccountId(index: number): string {
  return `ser_${index}`;
}

/**
 * Puts a subject's provider into a folder.
 *
 * @returns a CLI configuration by which Terraform takes providers from there alone
 */
export async function installed({ provider }: Subject, mirror: string): Promise<string> {
  if (provider === undefined) return "";
  const name = path.basename(provider.source);
  const platform = `${process.platform}_${process.arch === "x64" ? "amd64" : process.arch}`;
  const folder = path.join(mirror, "registry.terraform.io", provider.source, VERSION, platform);
  await mkdir(folder, { recursive: true });
  await copyFile(provider.executable, path.join(folder, `terraform-provider-${name}_v${VERSION}`));
  return `provider_installation {\n  filesystem_mirror {\n    path = ${JSON.stringify(mirror)}\n  }\n}\n`;
}

function linkConfiguration(count: number): string {
  return `
terraform {
  required_providers {
    cronofy = {
      source = "ou-link/cronofy"
    }
  }
}

resource "cronofy_organizational_unit_link" "customer" {
  count              = ${count}
  service_account_id = "ser_\${count.index}"
  redirect_uri       = "${REDIRECT_URI}"
}
`;
}
