import type { Type } from "../../../src/plugin/values/type";

// The compound types, as short to write in a table of cases as in Terraform.

export const listOf = (element: Type): Type => ({ kind: "list", element });
export const setOf = (element: Type): Type => ({ kind: "set", element });
export const mapOf = (element: Type): Type => ({ kind: "map", element });
export const objectOf = (attributes: Record<string, Type>): Type => ({
  kind: "object",
  attributes: new Map(Object.entries(attributes)),
});
