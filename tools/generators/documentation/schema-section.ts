import type { AnyOptions, Attribute, Attributes } from "../../../src/plugin/schema/attribute";
import { WRITE_ONLY_PAGE, attributeItem } from "./attribute-item";
import { anchorOf, nestedHeading } from "./nested-heading";
import type { AttributePath } from "./nested-heading";
import { objectIn, objectSection } from "./object-section";
import { joinSections } from "./page";

/** The groups of a schema, in the order in which pages list them. An attribute belongs to the first that takes it. */
const GROUPS = [
  { title: "Required", takes: ({ required }: AnyOptions) => required === true },
  { title: "Optional", takes: ({ optional }: AnyOptions) => optional === true },
  { title: "Read-Only", takes: () => true },
] as const;

type GroupTitle = (typeof GROUPS)[number]["title"];

/** `## Schema`: all attributes, and one section below for each that has something inside. */
export function schemaSection(schema: Attributes): string {
  if (Object.keys(schema).length === 0) return "## Schema\n\nIt takes no arguments.";
  return joinSections("## Schema", attributeGroups(schema, []));
}

function attributeGroups(attributes: Attributes, path: AttributePath): string {
  const entries = Object.entries(attributes).sort(([a], [b]) => (a < b ? -1 : 1));
  const grouped = GROUPS.map(({ title }) => ({
    title,
    members: entries.filter(([, each]) => groupOf(each) === title),
  }));
  return joinSections(
    ...grouped.map(({ title, members }) => (members.length === 0 ? "" : groupList(title, members, path))),
    ...grouped.flatMap(({ title, members }) =>
      members.map(([name, attribute]) => nestedSection(attribute, [...path, name], title)),
    ),
  );
}

function groupOf({ options }: Attribute): GroupTitle | undefined {
  return GROUPS.find(({ takes }) => takes(options))?.title;
}

function groupList(title: GroupTitle, members: readonly (readonly [string, Attribute])[], path: AttributePath): string {
  const items = members.map(([name, each]) =>
    attributeItem(name, each, isListedBelow(each) ? anchorOf("nestedatt", [...path, name]) : undefined),
  );
  const note = members.some(([, { options }]) => options.writeOnly)
    ? `> **NOTE**: [Write-only arguments](${WRITE_ONLY_PAGE}) need Terraform 1.11 or OpenTofu 1.11.`
    : "";
  return joinSections(path.length === 0 ? `### ${title}` : `${title}:`, note, items.join("\n"));
}

function isListedBelow({ type, nested }: Attribute): boolean {
  return nested !== undefined || objectIn(type) !== undefined;
}

function nestedSection({ type, nested }: Attribute, path: AttributePath, title: GroupTitle): string {
  if (nested !== undefined) {
    return joinSections(nestedHeading("nestedatt", path), attributeGroups(nested.attributes, path));
  }
  const object = objectIn(type);
  return object === undefined ? "" : objectSection(object, "nestedatt", path, title);
}
