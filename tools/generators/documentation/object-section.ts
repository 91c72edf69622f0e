import type { Type } from "../../../src/plugin/values/type";
import { anchorOf, nestedHeading } from "./nested-heading";
import type { AnchorKind, AttributePath } from "./nested-heading";
import { joinSections } from "./page";
import { typeWords } from "./type-words";

type ObjectType = Extract<Type, { kind: "object" }>;

/** The object type that a value or its elements have, however deep in collections; nothing where it is empty. */
export function objectIn(type: Type): ObjectType | undefined {
  switch (type.kind) {
    case "object":
      return type.attributes.size === 0 ? undefined : type;
    case "list":
    case "set":
    case "map":
      return objectIn(type.element);
    default:
      return undefined;
  }
}

/**
 * What an object's type says is in it, and below that what is in there.
 *
 * @param title of the group of the attribute that holds it: what is inside is required, optional or computed as well.
 */
export function objectSection(object: ObjectType, kind: AnchorKind, path: AttributePath, title: string): string {
  const inside = [...object.attributes]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, type]) => ({ name, type, path: [...path, name], object: objectIn(type) }));
  const items = inside.map((each) => {
    const anchor = anchorOf("nestedobjatt", each.path);
    const link = each.object === undefined ? "" : ` (see [below for nested schema](#${anchor}))`;
    return `- \`${each.name}\` (${typeWords(each.type)})${link}`;
  });
  return joinSections(
    nestedHeading(kind, path),
    `${title}:`,
    items.join("\n"),
    ...inside.map((each) =>
      each.object === undefined ? "" : objectSection(each.object, "nestedobjatt", each.path, title),
    ),
  );
}
