import type { Type } from "../../../src/plugin/values/type";

/**
 * A type as configurations write it, such as `list(string)`.
 *
 * @see https://developer.hashicorp.com/terraform/language/expressions/type-constraints
 */
export function typeExpression(type: Type): string {
  switch (type.kind) {
    case "string":
    case "number":
    case "bool":
      return type.kind;
    case "list":
    case "set":
    case "map":
      return `${type.kind}(${typeExpression(type.element)})`;
    case "object": {
      const attributes = [...type.attributes].map(([name, each]) => `${name} = ${typeExpression(each)}`);
      return attributes.length === 0 ? "object({})" : `object({ ${attributes.join(", ")} })`;
    }
  }
}
