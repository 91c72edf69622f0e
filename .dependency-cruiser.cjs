// The house: which room may import which. An import that no rule here allows fails the check.

/** Room → the rooms it may import, beside itself. */
const MAY_IMPORT = {
  link: [],
  cronofy: [],
  "link-store": ["link", "cronofy"],
  plugin: [],
  provider: ["plugin", "link", "cronofy", "link-store"],
  "link-service": ["link", "cronofy", "link-store"],
  sandbox: [],
  drift: ["link"],
};

const rooms = Object.keys(MAY_IMPORT);

/** @type {import("dependency-cruiser").IConfiguration} */
module.exports = {
  forbidden: [
    ...rooms.map((room) => ({
      name: `${room}-imports-only-what-it-may`,
      comment: `src/${room} may import ${MAY_IMPORT[room].join(", ") || "no other room"} (see ARCHITECTURE.md).`,
      severity: "error",
      from: { path: `^src/${room}/` },
      to: { path: "^src/", pathNot: [room, ...MAY_IMPORT[room]].map((each) => `^src/${each}/`) },
    })),
    {
      name: "constructs-import-only-constants",
      comment:
        "Constructs are installed without the provider: of src/cronofy they may import names and nothing that runs.",
      severity: "error",
      from: { path: "^src/constructs/" },
      to: {
        path: "^src/",
        pathNot: [
          "^src/constructs/",
          "^src/link/",
          "^src/cronofy/(data-centers|conferencing-providers|reserved-authorization-parameters)\\.ts$",
        ],
      },
    },
    {
      name: "constructs-of-cdktn-are-generated",
      comment:
        "`npm run compile` puts src/constructs-cdktn in place of what src/constructs imports; nothing else uses it.",
      severity: "error",
      from: { path: "^src/", pathNot: "^src/constructs-cdktn/" },
      to: { path: "^src/constructs-cdktn/" },
    },
    {
      name: "only-the-cli-imports-the-cli",
      severity: "error",
      from: { path: "^src/", pathNot: "^src/cli/" },
      to: { path: "^src/cli/" },
    },
    {
      name: "no-circles",
      severity: "error",
      from: { pathNot: "^src/(constructs/bindings|constructs-cdktn|plugin/wire/generated)/" },
      to: { circular: true, viaOnly: { dependencyTypesNot: ["type-only"] } },
    },
    {
      name: "no-orphans",
      comment: "A file that nothing imports is an entry point or dead.",
      severity: "error",
      from: {
        orphan: true,
        pathNot: ["\\.d\\.ts$", "^src/plugin/wire/generated/"],
      },
      to: {},
    },
    {
      name: "nothing-unlisted",
      comment: "What src imports is in package.json.",
      severity: "error",
      from: { path: "^src/" },
      // A peer dependency is listed, though the tool calls it "npm-no-pkg" as well.
      to: { dependencyTypes: ["npm-no-pkg", "npm-unknown", "unknown"], dependencyTypesNot: ["npm-peer"] },
    },
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.json" },
    enhancedResolveOptions: { exportsFields: ["exports"], conditionNames: ["require", "node", "default", "types"] },
  },
};
