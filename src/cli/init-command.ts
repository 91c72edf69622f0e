import { readdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { Option } from "commander";
import { cliCommand } from "./command-line/cli-command";
import { CliError, EXIT_CODE } from "./command-line/cli-error";
import { legible } from "./command-line/terminal";
import { PROJECT_TEMPLATES, SANDBOX, ownCheckout, projectFiles } from "./project-files";
import type { ProjectTemplate } from "./project-files";

interface InitFlags {
  readonly template: ProjectTemplate;
}

/** `ou-link init`: begins a project. */
export const initCommand = cliCommand<InitFlags>({
  name: "init",
  summary: "begin a project that applies against the sandbox at once",
  description:
    "Writes a small project with one link: in Terraform's language (hcl), or in TypeScript with CDKTF or with CDK " +
    "Terrain (cdktn). It works against the local sandbox as it is, and against Cronofy with your credentials. It " +
    "writes into a new or empty folder only.",
  argument: { name: "<folder>", description: "the new project's folder; its name is the project's" },
  options: [
    new Option("-t, --template <language>", "in what links are declared").choices(PROJECT_TEMPLATES).default("hcl"),
  ],
  examples: [
    { does: "in Terraform's language, in the folder links", line: "ou-link init links" },
    { does: "in TypeScript", line: "ou-link init links --template cdktf" },
  ],
  async run({ template }, terminal, [folder = ""]) {
    await writeProject(folder, template);
    terminal.note("Now, to see it work against a local Cronofy:");
    for (const step of nextSteps(folder, template)) terminal.print(legible(step));
    return EXIT_CODE.ok;
  },
});

/**
 * Writes a new project.
 *
 * @param folder new or empty; its last part is the project's name
 * @throws CliError where the name will not do, or where something is there already
 */
async function writeProject(folder: string, template: ProjectTemplate): Promise<void> {
  const name = nameOf(folder);
  if (!/^[a-z][a-z0-9-]{0,62}$/.test(name)) {
    throw new CliError(
      `${JSON.stringify(name)} cannot be a project's name.`,
      "Name the folder with lower-case letters, digits and hyphens, beginning with a letter, such as: ou-link init links",
      EXIT_CODE.usage,
    );
  }
  await requireEmpty(folder);
  const { makeFolder } = await import("../link-store");
  try {
    await makeFolder(folder);
    for (const [file, text] of Object.entries(projectFiles(name, template))) {
      // A file that has come meanwhile stays.
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

/** Command lines for the shell, in order, under comments. */
function nextSteps(folder: string, template: ProjectTemplate): string[] {
  const place = forShell(folder);
  const terraform = template === "hcl" ? "terraform" : `terraform -chdir=cdktf.out/stacks/${nameOf(folder)}`;
  const checkout = ownCheckout();
  const ouLink = checkout === null ? "npx ou-link" : forShell(path.join(checkout, "bin", "ou-link.js"));
  const make = (command: string) => (checkout === null ? [] : [`npm --prefix ${forShell(checkout)} run ${command}`]);
  return [
    "# in one terminal: what package.json names, and a local Cronofy with the service account of the example",
    ...make("packages"),
    `cd ${place} && npm install`,
    `${ouLink} sandbox --port ${SANDBOX.port} --seed-file sandbox.json`,
    "",
    "# in a second one: the link service, which invites the administrator and takes their return",
    `cd ${place}`,
    ". ./sandbox.env   # credentials of that sandbox, and a store in this folder",
    `${ouLink} serve`,
    "",
    "# in a third one",
    `cd ${place}`,
    ". ./sandbox.env",
    ...make("build"),
    `${ouLink} install   # puts the provider where terraform init finds it`,
    ...(template === "hcl" ? [] : ["npm run synth"]),
    `${terraform} init`,
    `${terraform} apply`,
    `${ouLink} status`,
    `${ouLink} status --url acme   # the invitation: open it as the administrator`,
    `${terraform} apply   # reads back that the link was made`,
  ];
}

/** A project is called as its folder is. */
function nameOf(folder: string): string {
  return path.basename(path.resolve(folder));
}

/** A path as one word of a shell's command line. */
function forShell(file: string): string {
  if (/^[\w./][\w./-]*$/.test(file)) return file;
  return `'${(file.startsWith("-") ? `./${file}` : file).replaceAll("'", "'\\''")}'`;
}
