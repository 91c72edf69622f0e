import { readFile, readdir, writeFile } from "node:fs/promises";
import path from "node:path";
import type { Generator } from "./generator";

/** The reference of the constructs, from their doc comments. The generated classes are the registry documentation's. */
export const constructsReference: Generator = {
  target: "docs/constructs",

  async generate(root, scratch) {
    const { Application } = await import("typedoc");
    const sources = path.join(root, "src", "constructs");
    const application = await Application.bootstrapWithPlugins({
      plugin: ["typedoc-plugin-markdown"],
      entryPoints: [path.join(sources, "index.ts")],
      exclude: [path.join(sources, "bindings", "**")],
      tsconfig: path.join(root, "tsconfig.json"),
      name: "Constructs",
      readme: "none",
      outputs: [{ name: "markdown", path: scratch }],
      disableSources: true,
      excludeExternals: true,
      excludeInternal: true,
      excludePrivate: true,
      excludeProtected: true,
      hideGenerator: true,
      skipErrorChecking: true,
      // The generated classes are mentioned, and have no page.
      validation: { notExported: false },
      // Options of the plugin.
      ...{ hidePageHeader: true, hideBreadcrumbs: true, useCodeBlocks: true, parametersFormat: "table" },
      logLevel: "Warn",
    });
    const project = await application.convert();
    if (project === undefined || application.logger.hasWarnings() || application.logger.hasErrors()) {
      throw new Error("the doc comments of src/constructs do not make a reference; see above");
    }
    await application.generateOutputs(project);
    for (const name of await readdir(scratch, { recursive: true })) {
      if (name.endsWith(".md")) await tidy(path.join(scratch, name));
    }
    return scratch;
  },
};

/** One line break at the end, and no blanks before any. */
async function tidy(file: string): Promise<void> {
  const content = await readFile(file, "utf8");
  await writeFile(file, `${content.replace(/[ \t]+$/gm, "").trimEnd()}\n`);
}
