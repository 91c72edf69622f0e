import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { format, resolveConfig } from "prettier";
import { assumptionsMarkdown } from "../../src/sandbox";
import type { Generator } from "./generator";

const FILE = "sandbox.md";

/** The sandbox's page: what `tools/documentation/` says of it, then its assumptions from where they are defined. */
export const sandboxDocumentation: Generator = {
  target: "docs",
  makes: [FILE],

  async generate(root, scratch) {
    const text = await readFile(path.join(root, "tools", "documentation", FILE), "utf8");
    const assumptions = assumptionsMarkdown().replace(/^#/gm, "##");
    const file = path.join(scratch, FILE);
    const options = await resolveConfig(path.join(root, "package.json"));
    await writeFile(file, await format(`${text}\n${assumptions}`, { ...options, parser: "markdown" }));
    return scratch;
  },
};
