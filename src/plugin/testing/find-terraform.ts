import { accessSync, constants, statSync } from "node:fs";
import path from "node:path";

/** A Terraform, or an OpenTofu, of this machine. */
export interface Terraform {
  /** Absolute path of the executable. */
  readonly path: string;
  readonly kind: "terraform" | "tofu";
}

/** There is no Terraform to run, or not the one that the environment names. */
export class TerraformNotFoundError extends Error {
  override readonly name = "TerraformNotFoundError";

  constructor(
    /** What was looked for in vain. */
    readonly reason: string,
    /** Where to get one. */
    readonly advice: string,
  ) {
    super(`${reason} ${advice}`);
  }
}

const CHOICE = "TERRAFORM_BINARY_NAME";

const WHERE_TO_GET_ONE =
  "Install Terraform (https://developer.hashicorp.com/terraform/install) or OpenTofu " +
  `(https://opentofu.org/docs/intro/install), or name one in ${CHOICE}.`;

/**
 * Finds what `TERRAFORM_BINARY_NAME` names (a path, or a name on PATH), else `terraform`, else `tofu` on PATH.
 *
 * @param env the environment, of which `TERRAFORM_BINARY_NAME`, `PATH` and (on Windows) `PATHEXT` are read
 * @throws TerraformNotFoundError
 */
export function findTerraform(env: NodeJS.ProcessEnv): Terraform {
  const chosen = env[CHOICE];
  const names = chosen ? [chosen] : ["terraform", "tofu"];
  for (const name of names) {
    const found = findExecutable(name, env);
    if (found !== undefined) {
      return { path: found, kind: path.basename(found).toLowerCase().startsWith("tofu") ? "tofu" : "terraform" };
    }
  }
  throw new TerraformNotFoundError(
    chosen
      ? `${CHOICE} names ${JSON.stringify(chosen)}, and there is no such program.`
      : "Neither terraform nor tofu is on PATH.",
    WHERE_TO_GET_ONE,
  );
}

function findExecutable(name: string, env: NodeJS.ProcessEnv): string | undefined {
  const folders = /[\\/]/.test(name) ? [""] : (env["PATH"] ?? "").split(path.delimiter).filter((each) => each !== "");
  const endings = process.platform === "win32" ? ["", ...(env["PATHEXT"] ?? ".EXE").split(";")] : [""];
  return folders
    .flatMap((folder) => endings.map((ending) => path.resolve(folder, name + ending)))
    .find((candidate) => isExecutable(candidate));
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}
