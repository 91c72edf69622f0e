import type { NestingMode } from "../../../src/plugin/schema/attribute";
import type { Type } from "../../../src/plugin/values/type";

/** A type in the words of the registry's pages, such as `List of String`. */
export function typeWords(type: Type): string {
  switch (type.kind) {
    case "string":
      return "String";
    case "number":
      return "Number";
    case "bool":
      return "Boolean";
    case "list":
      return `List of ${typeWords(type.element)}`;
    case "set":
      return `Set of ${typeWords(type.element)}`;
    case "map":
      return `Map of ${typeWords(type.element)}`;
    case "object":
      return "Object";
  }
}

/** The same for an attribute that has attributes of its own. */
export function nestingWords(mode: NestingMode): string {
  return mode === "single" ? "Attributes" : "Attributes List";
}
