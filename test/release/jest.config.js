// `npm run test:release`, after `npm run release`: what takes too long for `npm test`.
const path = require("node:path");
const { projects } = require("../../jest.config");

const [node] = projects;

/** @type {import("jest").Config} */
module.exports = {
  ...node,
  rootDir: path.resolve(__dirname, "..", ".."),
  displayName: "release",
  roots: ["<rootDir>/test/release"],
  testPathIgnorePatterns: ["/node_modules/"],
  testTimeout: 300_000,
  // Executables of 100 MB at a time.
  maxWorkers: 1,
};
