#!/usr/bin/env node
"use strict";

const { existsSync } = require("node:fs");
const path = require("node:path");

const main = path.join(__dirname, "..", "lib", "cli", "main.js");

if (existsSync(main)) {
  require(main);
} else {
  console.error("ou-link: this copy is not compiled yet.\n  Run `npm run compile` in its folder first.");
  process.exitCode = 1;
}
