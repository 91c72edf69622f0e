/** @type {import("jest").Config} */
const node = {
  testEnvironment: "node",
  roots: ["<rootDir>/test"],
  // jose is an ES module, which Node requires as any other, and Jest does not.
  transform: { "\\.ts$|/jose/.*\\.js$": "@swc/jest" },
  transformIgnorePatterns: ["/node_modules/(?!jose/)"],
};
const constructs = { ...node, roots: ["<rootDir>/test/constructs"] };

/** @type {import("jest").Config} */
module.exports = {
  testTimeout: 30_000,
  // Most tests wait for other processes, so two run well side by side on two cores.
  maxWorkers: 2,
  reporters: ["default", "<rootDir>/test/slowest-files.js"],
  projects: [
    {
      ...node,
      displayName: "all but constructs",
      testPathIgnorePatterns: ["/node_modules/", "<rootDir>/test/constructs/", "<rootDir>/test/release/"],
      // An example imports the package as its readers do.
      moduleNameMapper: {
        "^ou-link/(.*)$": "<rootDir>/src/$1",
        // zod's translations are fifty modules, of which it takes English.
        "^\\.\\./locales/index\\.cjs$": "zod/v4/locales/en.cjs",
      },
      // A module in Jest finds what is global by a slow way, a hundred times as slow in a tight loop. What tests replace,
      // such as Date, stays out of this list, and what a module that they load declares anew, such as Buffer.
      sandboxInjectedGlobals: ["Array", "BigInt", "JSON", "Map", "Math", "Number", "Object", "RegExp", "Set", "String"],
    },
    { ...constructs, displayName: "constructs for cdktf" },
    {
      // The constructs once more, as `npm run compile` makes them for cdktn. What Terraform does with them is the same.
      ...constructs,
      displayName: "constructs for cdktn",
      testPathIgnorePatterns: ["/node_modules/", "-through-terraform\\.test\\.ts$"],
      moduleNameMapper: {
        "^cdktf$": "cdktn",
        "^cdktf/(.*)$": "cdktn/$1",
        "^@cdktf/provider-null/lib/(.*)$": "<rootDir>/lib/constructs-cdktn/constructs/null-provider/$1",
        "^(?:\\.\\./)+src/constructs$": "<rootDir>/lib/constructs-cdktn/constructs",
        "^(?:\\.\\./)+src/constructs/(.*)$": "<rootDir>/lib/constructs-cdktn/constructs/$1",
      },
    },
  ],
};
