import path from "node:path";
import { markdownReference } from "../markdown-reference";
import type { Generator } from "./generator";

/** The reference of the constructs, from their doc comments. The generated classes are the registry documentation's. */
export const constructsReference: Generator = {
  target: "docs/constructs",

  async generate(root, scratch) {
    const sources = path.join(root, "src", "constructs");
    const entryPoints = [path.join(sources, "index.ts")];
    const exclude = [path.join(sources, "bindings", "**")];
    const tsconfig = path.join(root, "tsconfig.json");
    await markdownReference({ name: "Constructs", entryPoints, exclude, tsconfig }, scratch);
    return scratch;
  },
};
