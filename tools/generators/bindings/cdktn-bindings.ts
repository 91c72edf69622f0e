import { readFile } from "node:fs/promises";
import path from "node:path";
import type { Generator } from "../generator";
import { cronofyClasses } from "./cronofy-classes";
import { providerClasses } from "./provider-classes";

/** CDK Terrain's classes of the provider: beside resources and data sources also what is ephemeral, and functions. */
export const cdktnBindings: Generator = {
  target: "src/constructs-cdktn/bindings",
  generate: (_root, scratch) => cronofyClasses("cdktn", scratch),
};

/**
 * CDK Terrain's classes of hashicorp/null, for which it has no package that npm offers. The schema is that of the version
 * that @cdktf/provider-null is made for, without the data source, which is deprecated.
 */
export const cdktnNullBindings: Generator = {
  target: "src/constructs-cdktn/null-provider",

  async generate(_root, scratch) {
    const schema: unknown = JSON.parse(await readFile(path.join(__dirname, "null-schema.json"), "utf8"));
    const address = "registry.terraform.io/hashicorp/null";
    return providerClasses("cdktn", { address, version: "3.2.4", constraint: "~> 3.2", schema }, scratch);
  },
};
