/** Synthesizes a fleet whose size is the argument, each link with one hook, and tells what that took. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { App, TerraformStack } from "cdktf";
import { CronofyProvider, LinkHook, OrganizationalUnitLinks } from "../src/constructs";
import { serviceAccountId } from "./subject";

/** What one synthesis took. */
export interface Synthesis {
  /** Milliseconds that making the constructs took. */
  readonly build: number;
  /** Milliseconds that `app.synth()` took, validations and files included. */
  readonly synth: number;
  /** Bytes that were resident at the most. */
  readonly peakMemory: number;
}

if (require.main === module) {
  const outdir = mkdtempSync(path.join(tmpdir(), "bench-synthesis-"));
  try {
    process.send?.(synthesize(Number(process.argv[2]), outdir));
  } finally {
    rmSync(outdir, { recursive: true, force: true });
  }
}

function synthesize(count: number, outdir: string): Synthesis {
  const start = performance.now();
  const app = new App({ outdir });
  const stack = new TerraformStack(app, "fleet");
  new CronofyProvider(stack, "cronofy");
  const names = Array.from({ length: count }, (_, index) => `customer-${index}`);
  new OrganizationalUnitLinks(stack, "customers", {
    redirectUri: "https://links.example.com/callback",
    onAuthorizationRequired: LinkHook.command("./notify.sh"),
    links: Object.fromEntries(names.map((name, index) => [name, { serviceAccountId: serviceAccountId(index) }])),
  }).outputReport("report");
  const built = performance.now();
  app.synth();
  // Kilobytes on every platform, says Node's documentation.
  const peakMemory = process.resourceUsage().maxRSS * 1_024;
  return { build: built - start, synth: performance.now() - built, peakMemory };
}
