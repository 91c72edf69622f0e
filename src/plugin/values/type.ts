/** Terraform's type system: what a value of a schema may be. */
export type Type =
  | { readonly kind: "string" }
  | { readonly kind: "number" }
  | { readonly kind: "bool" }
  | { readonly kind: "list"; readonly element: Type }
  | { readonly kind: "set"; readonly element: Type }
  | { readonly kind: "map"; readonly element: Type }
  | { readonly kind: "object"; readonly attributes: ReadonlyMap<string, Type> };

export const STRING: Type = { kind: "string" };
export const NUMBER: Type = { kind: "number" };
export const BOOL: Type = { kind: "bool" };

/** The type constraint as Terraform writes it in JSON, such as `["list","string"]`. */
export function typeToJson(type: Type): unknown {
  switch (type.kind) {
    case "string":
    case "number":
    case "bool":
      return type.kind;
    case "list":
    case "set":
    case "map":
      return [type.kind, typeToJson(type.element)];
    case "object":
      return ["object", Object.fromEntries([...type.attributes].map(([name, each]) => [name, typeToJson(each)]))];
  }
}

/** The type constraint as the bytes of a schema. */
export function encodeType(type: Type): Buffer {
  return Buffer.from(JSON.stringify(typeToJson(type)), "utf8");
}
