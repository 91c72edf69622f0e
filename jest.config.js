/** @type {import("jest").Config} */
const all = {
  testEnvironment: "node",
  roots: ["<rootDir>/test"],
  transform: { "\\.ts$": "@swc/jest" },
};

/** @type {import("jest").Config} */
module.exports = {
  testTimeout: 30_000,
  // Most tests wait for other processes, so two run well side by side on two cores.
  maxWorkers: 2,
  projects: [
    { ...all, displayName: "all" },
    {
      // The constructs once more, as `npm run compile` makes them for cdktn. What Terraform does with them is the same.
      ...all,
      displayName: "constructs for cdktn",
      roots: ["<rootDir>/test/constructs"],
      testPathIgnorePatterns: ["/node_modules/", "-through-terraform\\.test\\.ts$", "/packed-package\\.test\\.ts$"],
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
