/**
 * `npm run release`: everything that is published, in release/. The provider for each platform is what
 * `terraform-plugin-ts release` makes of any provider, and `--sign` and `--target` are its own; the npm packages, which hold
 * it, are in release/npm.
 */
import path from "node:path";
import { parseArgs } from "node:util";
import { releaseProvider } from "../src/plugin/build/release";
import { VERSION } from "../src/provider/address";
import { packAll } from "./packages";

const ROOT = path.resolve(__dirname, "..");
const OUT = path.join(ROOT, "release");

release().catch((error: unknown) => {
  console.error(`release: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
});

async function release(): Promise<void> {
  const { sign: key, target: targets } = parseArgs({
    options: { sign: { type: "string" }, target: { type: "string", multiple: true } },
  }).values;
  const provider = { folder: ROOT, entry: "src/provider/main.ts", version: VERSION, targets, out: OUT, key };
  const files = await releaseProvider(provider);
  files.push(...(await packAll(path.join(OUT, "npm"), { release: OUT })));
  for (const file of files) console.log(`release: ${path.relative(ROOT, file)}`);
}
