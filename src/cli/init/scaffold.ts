import { readdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { makeFolder } from "../../link-store/make-folder";
import { CliError } from "../command-line/cli-error";
import { EXIT_CODE } from "../command-line/exit-code";
import { cdkProjectFiles } from "./scaffold-cdk";
import type { ProjectTemplate } from "./project-template";
import { hclProjectFiles } from "./scaffold-hcl";
import { SANDBOX, sandboxFiles } from "./scaffold-sandbox";

/** What was written, and how to go on. */
export interface Scaffolded {
  /** Command lines for the shell, in order, under comments. */
  readonly steps: readonly string[];
}

/**
 * Writes a new project.
 *
 * @param folder new or empty; its last part is the project's name
 * @throws CliError where the name will not do, or where something is there already
 */
export async function scaffold(folder: string, template: ProjectTemplate): Promise<Scaffolded> {
  const name = path.basename(path.resolve(folder));
  if (!/^[a-z][a-z0-9-]{0,62}$/.test(name)) {
    throw new CliError(
      `${JSON.stringify(name)} cannot be a project's name.`,
      "Name the folder with lower-case letters, digits and hyphens, beginning with a letter, such as: ou-link init links",
      EXIT_CODE.usage,
    );
  }
  const files = {
    ...sandboxFiles(),
    ...surroundings(name, template),
    ...(template === "hcl" ? hclProjectFiles() : cdkProjectFiles(name, template)),
  };
  await requireEmpty(folder);
  try {
    await makeFolder(folder);
    for (const [file, text] of Object.entries(files)) {
      // Should another one have come meanwhile, it stays.
      await writeFile(path.join(folder, file), text, { flag: "wx", mode: 0o644 });
    }
  } catch (error) {
    throw new CliError(
      `The project could not be written into ${folder}: ${(error as NodeJS.ErrnoException).code ?? "unknown error"}.`,
      "Free that folder, open it to this user, or choose another one.",
      EXIT_CODE.failure,
      { cause: error },
    );
  }
  return { steps: steps(folder, name, template) };
}

/** What stands around the declaration, in whatever language that is. File → text. */
function surroundings(name: string, template: ProjectTemplate): Readonly<Record<string, string>> {
  const [declared, redirectUri] = template === "hcl" ? ["main.tf", "redirect_uri"] : ["main.ts", "redirectUri"];
  return {
    ".gitignore": `# holds secrets
links/
*.tfstate*
*.tfplan
# made anew when needed
.terraform/
cdktf.out/
node_modules/
`,
    "README.md": `# ${name}

Links of customers' Organizational Units, declared in \`${declared}\`.

Against the sandbox: \`ou-link sandbox --port ${SANDBOX.port} --seed-file sandbox.json\` in one terminal, and in two
more, after \`. ./sandbox.env\`, \`ou-link serve\` and Terraform.

Against Cronofy: set \`CRONOFY_CLIENT_ID\`, \`CRONOFY_CLIENT_SECRET\` and \`CRONOFY_DATA_CENTER\`, choose a store that all
machines share (\`OU_LINK_STORE_POSTGRES\`) and a key to encrypt it (\`OU_LINK_STORE_KEY\`), run \`ou-link serve\` where
administrators reach it, and set \`OU_LINK_SERVICE_URL\` to its address. \`ou-link doctor\` checks all of that.

An invitation works until its link is made, or ended. Without a link service, name the \`${redirectUri}\` of your own
application in \`${declared}\`: then an apply puts out an authorization URL, which works for minutes.
`,
  };
}

async function requireEmpty(folder: string): Promise<void> {
  let present: string[];
  try {
    present = await readdir(folder);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT") return;
    throw new CliError(`${folder} is no folder: ${code ?? "unknown error"}.`, "Choose another one.");
  }
  if (present.length === 0) return;
  throw new CliError(
    `${folder} is not empty, and nothing in it is overwritten.`,
    "Choose a new folder, or empty this one.",
  );
}

function steps(folder: string, name: string, template: ProjectTemplate): string[] {
  const place = forShell(folder);
  const terraform = template === "hcl" ? "terraform" : `terraform -chdir=cdktf.out/stacks/${name}`;
  return [
    "# in one terminal: a local Cronofy with the service account of the example",
    `ou-link sandbox --port ${SANDBOX.port} --seed-file ${forShell(path.join(folder, "sandbox.json"))}`,
    "",
    "# in a second one: the link service, which invites the administrator and takes their return",
    `cd ${place}`,
    ". ./sandbox.env   # credentials of that sandbox, and a store in this folder",
    "ou-link serve",
    "",
    "# in a third one",
    "ou-link install   # puts the provider where terraform init finds it",
    `cd ${place}`,
    ". ./sandbox.env",
    ...(template === "hcl" ? [] : ["npm install && npm run synth"]),
    `${terraform} init`,
    `${terraform} apply`,
    "ou-link status",
    "ou-link status --url acme   # the invitation: open it as the administrator",
    `${terraform} apply   # reads back that the link was made`,
  ];
}

/** A path as one word of a shell's command line. */
function forShell(file: string): string {
  if (/^[\w./][\w./-]*$/.test(file)) return file;
  return `'${(file.startsWith("-") ? `./${file}` : file).replaceAll("'", "'\\''")}'`;
}
