/**
 * Mutation testing: breaks the code of a room line by line, and tells which broken lines no test notices. It runs the
 * quick tests alone; what only real Terraform, PostgreSQL or a browser would notice survives here.
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

/** Not among the development dependencies: `npm ci` would cost everybody 168 packages more. */
const PACKAGES = ["@stryker-mutator/core@9.6.1", "@stryker-mutator/jest-runner@9.6.1"];

/** The quick tests that hold a room, in `test/`; what of a room has tests of its own, before the room. */
const TESTS = {
  "src/link": ["link/*", "drift/classify", "provider/observed-state"],
  "src/drift/formats": ["drift/baseline", "drift/formats", "drift/golden-reports"],
  "src/drift": ["drift/!(formats|golden-reports|html-report|no-secret)"],
  "src/link-service": ["link-service/!(examples|hostile-requests|several-instances)"],
  "src/provider": ["provider/*", "link/link-id", "link-store/provider-block"],
  // These take a server and programs, and some seconds each time.
  "src/link-store/postgres/postgres-link-store.ts": ["link-store/postgres-link-store"],
  "src/link-store/command": ["link-store/command-token-source"],
  "src/link-store": ["link-store/!(command-token-source|postgres-link-store|store-processes)"],
};

const ROOT = path.join(__dirname, "..");
const [where = "", ...others] = process.argv.slice(2);
const [file = ""] = where.split(":");
const found = Object.entries(TESTS).find(([room]) => `${file}/`.startsWith(`${room}/`));
if (found === undefined || others.length > 0) {
  console.error(`Name one room, or a file or some of its lines in one: ${Object.keys(TESTS).join(", ")}.`);
  process.exit(2);
}
const [, tests] = found;
const elsewhere = Object.keys(TESTS).filter((each) => each.startsWith(`${where}/`));

const report = path.join("build", "mutation", path.basename(file, ".ts"));
const folder = mkdtempSync(path.join(tmpdir(), "mutate-"));
const config = {
  plugins: ["@stryker-mutator/jest-runner"],
  testRunner: "jest",
  coverageAnalysis: "perTest",
  concurrency: 1,
  // The machine may have other work: a mutant that ends is not to be taken for one that never does.
  timeoutMS: 60_000,
  // What a module evaluates once, such as a schema with its descriptions, would take all tests for each broken word.
  ignoreStatic: true,
  mutate: where.includes(".ts") ? [where] : [`${where}/**/*.ts`, ...elsewhere.map((each) => `!${each}{,/**}`)],
  tempDirName: path.join(folder, "sandbox"),
  // What the tests read. Without tsconfig.json, which Stryker would rewrite by a TypeScript that it does not find.
  ignorePatterns: ["**", "!src/**", "!test/**", "!schemas/**", "!package.json"],
  reporters: ["clear-text", "html", "json", "progress-append-only"],
  // Of the hundreds of tests it would tell how many mutants each has killed.
  clearTextReporter: { reportTests: false },
  htmlReporter: { fileName: `${report}.html` },
  jsonReporter: { fileName: `${report}.json` },
  jest: {
    projectType: "custom",
    // It does not find all of them.
    enableFindRelatedTests: false,
    config: {
      projects: [],
      testEnvironment: "node",
      // Each mutant is a run of Jest, which looks through these folders first.
      roots: [...new Set(tests.map((test) => `<rootDir>/test/${path.dirname(test)}`))],
      transform: { "\\.ts$": "@swc/jest" },
      testMatch: tests.map((test) => `<rootDir>/test/${test}.test.ts`),
    },
  },
};
try {
  const settings = path.join(folder, "stryker.config.json");
  writeFileSync(settings, JSON.stringify(config));
  const { status } = spawnSync(
    "npx",
    ["--yes", ...PACKAGES.map((name) => `--package=${name}`), "stryker", "run", settings],
    // Random values are the same in each run, and few.
    { cwd: ROOT, env: { PROPERTY_SEED: "1", LIVES: "3", ...process.env }, stdio: "inherit" },
  );
  process.exitCode = status ?? 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
