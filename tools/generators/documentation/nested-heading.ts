/** What an anchor leads to: what is inside an attribute, or inside the object type of something in an attribute. */
export type AnchorKind = "nestedatt" | "nestedobjatt";

/** The names from the schema down to what is listed. */
export type AttributePath = readonly string[];

/** The heading of a section below the schema, with the anchor that links lead to, which the registry leaves as it is. */
export function nestedHeading(kind: AnchorKind, path: AttributePath): string {
  return `<a id="${anchorOf(kind, path)}"></a>\n### Nested Schema for \`${path.join(".")}\``;
}

/** The anchor of the same section, such as `nestedatt--link_store`. */
export function anchorOf(kind: AnchorKind, path: AttributePath): string {
  return `${kind}--${path.join("--")}`;
}
