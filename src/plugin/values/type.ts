/** Terraform's type system: what a value of a schema may be. */
export type Type =
  | { readonly kind: "string" }
  | { readonly kind: "number" }
  | { readonly kind: "bool" }
  | { readonly kind: "dynamic" }
  | { readonly kind: "list"; readonly element: Type }
  | { readonly kind: "set"; readonly element: Type }
  | { readonly kind: "map"; readonly element: Type }
  | { readonly kind: "tuple"; readonly elements: readonly Type[] }
  | { readonly kind: "object"; readonly attributes: ReadonlyMap<string, Type> };

export const STRING: Type = { kind: "string" };
export const NUMBER: Type = { kind: "number" };
export const BOOL: Type = { kind: "bool" };
export const DYNAMIC: Type = { kind: "dynamic" };

/** The deepest type that is read; Terraform's own never come near. */
const MAX_DEPTH = 100;

/** The type constraint as Terraform writes it in JSON, such as `["list","string"]`. */
export function typeToJson(type: Type): unknown {
  switch (type.kind) {
    case "string":
    case "number":
    case "bool":
    case "dynamic":
      return type.kind;
    case "list":
    case "set":
    case "map":
      return [type.kind, typeToJson(type.element)];
    case "tuple":
      return ["tuple", type.elements.map(typeToJson)];
    case "object":
      return ["object", Object.fromEntries([...type.attributes].map(([name, each]) => [name, typeToJson(each)]))];
  }
}

/** Whether two types are the same; the attributes of an object have no order. */
export function equalTypes(a: Type, b: Type): boolean {
  if (a === b) return true;
  switch (a.kind) {
    case "list":
    case "set":
    case "map":
      return a.kind === b.kind && equalTypes(a.element, b.element);
    case "tuple":
      return (
        b.kind === "tuple" &&
        a.elements.length === b.elements.length &&
        a.elements.every((each, index) => equalTypes(each, b.elements[index] as Type))
      );
    case "object":
      return (
        b.kind === "object" &&
        a.attributes.size === b.attributes.size &&
        [...a.attributes].every(([name, each]) => {
          const other = b.attributes.get(name);
          return other !== undefined && equalTypes(each, other);
        })
      );
    default:
      return a.kind === b.kind;
  }
}

/** The type constraint as the bytes of a schema or of a dynamic value. */
export function encodeType(type: Type): Buffer {
  return Buffer.from(JSON.stringify(typeToJson(type)), "utf8");
}

/**
 * Reads a type constraint.
 *
 * @throws Error when the JSON is not one.
 */
export function typeFromJson(json: unknown, depth = 0): Type {
  if (depth > MAX_DEPTH) throw new Error(`a type constraint is nested more than ${MAX_DEPTH} levels deep`);
  if (typeof json === "string") {
    switch (json) {
      case "string":
        return STRING;
      case "number":
        return NUMBER;
      case "bool":
        return BOOL;
      case "dynamic":
        return DYNAMIC;
    }
  }
  if (Array.isArray(json)) {
    const [kind, inner] = json as unknown[];
    switch (kind) {
      case "list":
      case "set":
      case "map":
        return { kind, element: typeFromJson(inner, depth + 1) };
      case "tuple":
        if (Array.isArray(inner)) return { kind, elements: inner.map((each) => typeFromJson(each, depth + 1)) };
        break;
      case "object":
        if (typeof inner === "object" && inner !== null && !Array.isArray(inner)) {
          const attributes = new Map<string, Type>();
          for (const [name, each] of Object.entries(inner)) attributes.set(name, typeFromJson(each, depth + 1));
          return { kind, attributes };
        }
    }
  }
  throw new Error("not a type constraint");
}
