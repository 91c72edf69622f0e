import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { format } from "oxfmt";
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
    await writeFile(
      path.join(scratch, FILE),
      (await format(FILE, `${text}\n${assumptions}`, { printWidth: 120 })).code,
    );
    return scratch;
  },
};
