// The house: which room may import which. An import that no rule here allows fails the check.

/** Room → the rooms it may import, beside itself. */
const MAY_IMPORT = {
  link: [],
  cronofy: ["link"],
  "link-store": ["link", "cronofy"],
  plugin: [],
  provider: ["plugin", "link", "cronofy", "link-store"],
  "link-service": ["link", "cronofy", "link-store"],
  sandbox: [],
  drift: ["link"],
  constructs: ["link", "cronofy"],
  cli: ["plugin", "provider", "link", "cronofy", "link-store", "link-service", "sandbox", "drift"],
};

const rooms = Object.keys(MAY_IMPORT);

/** What others may import of a room, beside its `index.ts`: what has to be there quickly, or in few files. */
const DOORS = [
  // Names alone: constructs are installed without the provider.
  "cronofy/constants",
  // The handshake must not wait for the rest of the layer; and what runs real Terraform is for tests.
  "plugin/server/(before-imports|serve)",
  "plugin/testing/(index|find-terraform)",
  // `ou-link --help` must not wait for the report, the provider or the link service, whose index is a public package.
  "provider/address",
  "drift/(finding-class|safe-text|files/index)",
  "link-service/webhook",
];

/** Room → its layers → what of the room they may import, beside themselves. What several of them need lies beside them. */
const LAYERS = {
  plugin: {
    log: [],
    wire: ["log"],
    values: ["wire"],
    schema: ["values", "wire"],
    lifecycle: ["definition", "function", "definition-problems", "log", "schema", "values", "wire"],
    server: ["log", "wire"],
    build: [],
  },
  sandbox: {
    state: ["assumptions"],
    controls: ["state", "assumptions"],
    pages: ["controls", "state", "assumptions"],
    hosts: ["pages", "controls", "state", "assumptions"],
  },
};

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
      name: "rooms-are-entered-by-their-index",
      comment: "Only what a room's index.ts gives is for others.",
      severity: "error",
      from: { path: "^src/([^/]+)/" },
      to: {
        path: "^src/",
        pathNot: ["^src/$1/", "^src/[^/]+/index\\.ts$", ...DOORS.map((door) => `^src/${door}\\.ts$`)],
      },
    },
    {
      name: "constructs-import-only-constants",
      comment: "Constructs are installed without the provider: of src/cronofy they may import names alone.",
      severity: "error",
      from: { path: "^src/constructs/" },
      to: { path: "^src/cronofy/", pathNot: "^src/cronofy/constants\\.ts$" },
    },
    {
      name: "a-report-needs-no-parser",
      comment: "zod and yaml take as long to load as a report to make: src/drift/files loads them, with what it reads.",
      severity: "error",
      from: { path: "^src/drift/", pathNot: "^src/drift/(files/|report-schema\\.ts$)" },
      to: {
        path: "^src/drift/(files/|report-schema\\.ts$)|^node_modules/(zod|yaml)/",
        dependencyTypesNot: ["type-only"],
      },
    },
    ...Object.entries(LAYERS).flatMap(([room, layers]) =>
      Object.entries(layers).map(([layer, others]) => ({
        name: `${room}-${layer}-imports-only-what-it-may`,
        comment: `src/${room}/${layer} may import ${others.join(", ") || "no other layer"}: layers point inwards.`,
        severity: "error",
        from: { path: `^src/${room}/${layer}/` },
        to: { path: `^src/${room}/`, pathNot: [layer, ...others].map((each) => `^src/${room}/${each}(/|\\.ts$)`) },
      })),
    ),
    {
      name: "constructs-of-cdktn-are-generated",
      comment:
        "`npm run compile` puts src/constructs-cdktn in place of what src/constructs imports; nothing else uses it.",
      severity: "error",
      from: { path: "^src/", pathNot: "^src/constructs-cdktn/" },
      to: { path: "^src/constructs-cdktn/" },
    },
    {
      name: "no-circles",
      severity: "error",
      from: { pathNot: "^src/(constructs/bindings|constructs-cdktn|plugin/wire/generated)/" },
      to: { circular: true },
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
