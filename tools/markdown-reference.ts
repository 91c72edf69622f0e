import { readFile, readdir, rm, writeFile } from "node:fs/promises";
import path from "node:path";

/** What a reference is made of. */
export interface Reference {
  /** Its title. */
  readonly name: string;
  readonly entryPoints: readonly string[];
  /** Patterns of files that are mentioned, and have no page. */
  readonly exclude?: readonly string[];
  /** The file whose compiler options hold for them. */
  readonly tsconfig: string;
}

/**
 * Writes the reference of what some modules export, in Markdown, from their doc comments.
 *
 * @param out an empty folder
 * @throws Error when the doc comments do not make one; what is wrong stands on the terminal
 */
export async function markdownReference(reference: Reference, out: string): Promise<void> {
  const { name, entryPoints, exclude = [], tsconfig } = reference;
  const { Application } = await import("typedoc");
  // TypeDoc reads every file that its tsconfig includes; this one includes the entry points alone.
  const narrow = path.join(out, "tsconfig.json");
  await writeFile(narrow, JSON.stringify({ extends: tsconfig, files: entryPoints, include: [] }));
  const application = await Application.bootstrapWithPlugins({
    plugin: ["typedoc-plugin-markdown"],
    entryPoints: [...entryPoints],
    exclude: [...exclude],
    tsconfig: narrow,
    name,
    readme: "none",
    outputs: [{ name: "markdown", path: out }],
    disableSources: true,
    excludeExternals: true,
    excludeInternal: true,
    excludePrivate: true,
    excludeProtected: true,
    hideGenerator: true,
    skipErrorChecking: true,
    // What is not exported may be mentioned.
    validation: { notExported: false },
    // Options of the plugin.
    ...{ hidePageHeader: true, hideBreadcrumbs: true, useCodeBlocks: true, parametersFormat: "table" },
    logLevel: "Warn",
  });
  const project = await application.convert();
  await rm(narrow);
  if (project === undefined || application.logger.hasWarnings() || application.logger.hasErrors()) {
    throw new Error(`the doc comments of ${name} do not make a reference; see above`);
  }
  await application.generateOutputs(project);
  for (const file of await readdir(out, { recursive: true })) {
    if (file.endsWith(".md")) await tidy(path.join(out, file));
  }
}

/** One line break at the end, and no blanks before any. */
async function tidy(file: string): Promise<void> {
  const content = await readFile(file, "utf8");
  await writeFile(file, `${content.replace(/[ \t]+$/gm, "").trimEnd()}\n`);
}
