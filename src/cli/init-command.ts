import { Option } from "commander";
import { cliCommand } from "./command-line/cli-command";
import { EXIT_CODE } from "./command-line/exit-code";
import { legible } from "./command-line/legible";
import { PROJECT_TEMPLATES } from "./init/project-template";
import type { ProjectTemplate } from "./init/project-template";

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
    const { scaffold } = await import("./init/scaffold");
    const { steps } = await scaffold(folder, template);
    terminal.note("Now, to see it work against a local Cronofy:");
    for (const step of steps) terminal.print(legible(step));
    return EXIT_CODE.ok;
  },
});
