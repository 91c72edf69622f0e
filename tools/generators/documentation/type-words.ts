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
    case "dynamic":
      return "Dynamic";
    case "list":
      return `List of ${typeWords(type.element)}`;
    case "set":
      return `Set of ${typeWords(type.element)}`;
    case "map":
      return `Map of ${typeWords(type.element)}`;
    case "tuple":
      return `Tuple of ${type.elements.map(typeWords).join(", ")}`;
    case "object":
      return "Object";
  }
}

/** The same for an attribute that has attributes of its own. */
export function nestingWords(mode: NestingMode): string {
  switch (mode) {
    case "single":
      return "Attributes";
    case "list":
      return "Attributes List";
    case "set":
      return "Attributes Set";
    case "map":
      return "Attributes Map";
  }
}
