/**
 * `npm run generate`: makes everything in the repository that is generated from something else in it.
 * With `--check` it changes nothing, names what is stale, and fails if anything is.
 */
import { existsSync } from "node:fs";
import { cp, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { differences } from "./differences";
import { cdktfBindings } from "./generators/bindings/cdktf-bindings";
import { cdktnBindings, cdktnNullBindings } from "./generators/bindings/cdktn-bindings";
import { documentation } from "./generators/documentation/documentation";
import { constructsReference } from "./generators/constructs-reference";
import type { Generator } from "./generators/generator";
import { housePicture } from "./generators/house-picture";
import { reportSchema } from "./generators/report-schema";
import { sandboxDocumentation } from "./generators/sandbox-documentation";
import { wire } from "./generators/wire";

const ROOT = path.resolve(__dirname, "..");

/** In order: a later one may read what an earlier one made. */
const GENERATORS: readonly Generator[] = [
  wire,
  cdktfBindings,
  cdktnBindings,
  cdktnNullBindings,
  documentation,
  constructsReference,
  sandboxDocumentation,
  reportSchema,
  housePicture,
];

main(process.argv.includes("--check")).catch((error: unknown) => {
  console.error(`generate: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
});

async function main(check: boolean): Promise<void> {
  for (const generator of GENERATORS) {
    const stale = await bringUpToDate(generator, check);
    if (check && stale.length > 0) process.exitCode = 1;
    for (const file of stale) console.log(`generate: ${check ? "stale" : "written"}: ${generator.target}/${file}`);
  }
  if (process.exitCode === 1) console.error("generate: run `npm run generate` and commit what it changes");
  else console.log("generate: everything generated is up to date");
}

/** Returns the files that differed. */
async function bringUpToDate(generator: Generator, check: boolean): Promise<string[]> {
  const scratch = await mkdtemp(path.join(tmpdir(), "generate-"));
  try {
    const made = await generator.generate(ROOT, scratch);
    const place = path.join(ROOT, generator.target);
    const { makes, leaves = [] } = generator;
    const stale = (await differences(made, place, makes)).filter(
      (file) => !leaves.some((each) => file === each || file.startsWith(`${each}/`)),
    );
    if (check) return stale;
    for (const file of stale) {
      await rm(path.join(place, file), { force: true });
      // A file that is no longer made is only removed.
      if (existsSync(path.join(made, file))) await cp(path.join(made, file), path.join(place, file));
    }
    return stale;
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}
