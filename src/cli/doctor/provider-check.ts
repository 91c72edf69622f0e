import { readFile, readdir } from "node:fs/promises";
import path from "node:path";
import { VERSION } from "../../provider/version";
import type { Terminal } from "../command-line/terminal";
import type { Outcome } from "./finding";

/** Whether `terraform init` would find the provider without a registry, and in which version. */
export async function checkProvider({ env, platform }: Terminal): Promise<Outcome> {
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
