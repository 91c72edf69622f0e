import type { Generator } from "../generator";
import { cronofyClasses } from "./cronofy-classes";

/** CDKTF's classes of the provider and its resources. */
export const cdktfBindings: Generator = {
  target: "src/constructs/bindings",
  generate: (_root, scratch) => cronofyClasses("cdktf", scratch),
};
