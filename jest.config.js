/** @type {import("jest").Config} */
module.exports = {
  testEnvironment: "node",
  roots: ["<rootDir>/test"],
  transform: { "\\.ts$": "@swc/jest" },
  testTimeout: 30_000,
  // Most tests wait for other processes, so two run well side by side on two cores.
  maxWorkers: 2,
};
