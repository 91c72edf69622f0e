/** The kinds of parts that a provider has a page for each of. */
export type PartKind = "resources" | "data-sources" | "ephemeral-resources" | "actions" | "functions";

/** One page of the registry's documentation. */
export interface Page {
  /** Its path from `docs/` on, such as `resources/organizational_unit_link.md`. */
  readonly path: string;
  readonly markdown: string;
}

/**
 * The path of a part's page. The registry's menu leaves the provider's prefix out, and so do its file names.
 *
 * @param name a type name such as `cronofy_organizational_unit_link`, or a function's name, which has no prefix
 */
export function pagePath(kind: PartKind, name: string, providerName: string): string {
  return `${kind}/${kind === "functions" ? name : withoutPrefix(name, providerName)}.md`;
}

function withoutPrefix(typeName: string, providerName: string): string {
  return typeName.startsWith(`${providerName}_`) ? typeName.slice(providerName.length + 1) : typeName;
}

/** Puts the sections of a page together, a blank line between each; empty ones are left out. */
export function joinSections(...sections: readonly string[]): string {
  return sections
    .map((section) => section.trim())
    .filter((section) => section !== "")
    .join("\n\n");
}
