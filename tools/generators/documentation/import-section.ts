import type { Provider } from "../../../src/plugin";
import type { IdentityAttribute, IdentityAttributes } from "../../../src/plugin/schema/identity";
import { inListItem } from "./inline-markdown";
import { codeBlock } from "./markdown-code";
import { joinSections } from "./page";
import type { SourceAccount } from "./source-account";
import { typeWords } from "./type-words";

const IMPORT_BLOCK = "[`import` block](https://developer.hashicorp.com/terraform/language/import)";
const IMPORT_COMMAND = "[`terraform import` command](https://developer.hashicorp.com/terraform/cli/commands/import)";

/** `## Import` of a resource: each way that it knows, with its example. Empty where it knows none. */
export function importSection({ typeName, definition }: Provider["resources"][number], sources: SourceAccount): string {
  const example = (file: string, language: string) =>
    codeBlock(language, sources.example(`resources/${typeName}/${file}`));
  const ways: string[] = [];
  if (definition.import !== undefined) {
    ways.push(
      `In OpenTofu, and in Terraform 1.5 and later, an ${IMPORT_BLOCK} can name the object by its \`id\`:`,
      example("import-by-string-id.tf", "terraform"),
      `The ${IMPORT_COMMAND} takes the same id:`,
      example("import.sh", "shell"),
    );
  }
  if (definition.identity !== undefined && definition.importByIdentity !== undefined) {
    ways.push(
      `In Terraform and OpenTofu 1.12 and later, an ${IMPORT_BLOCK} can name the object by its \`identity\`:`,
      example("import-by-identity.tf", "terraform"),
      identitySchema(definition.identity.attributes),
    );
  }
  return ways.length === 0 ? "" : joinSections("## Import", ...ways);
}

function identitySchema(attributes: IdentityAttributes): string {
  const entries = Object.entries(attributes).sort(([a], [b]) => (a < b ? -1 : 1));
  const list = (title: string, takes: (attribute: IdentityAttribute) => boolean) => {
    const items = entries
      .filter(([, attribute]) => takes(attribute))
      .map(
        ([name, { type, options }]) => `- \`${name}\` (${typeWords(type)}) ${inListItem(options.description, "  ")}`,
      );
    return items.length === 0 ? "" : joinSections(`#### ${title}`, items.join("\n"));
  };
  return joinSections(
    "### Identity Schema",
    list("Required", ({ options }) => options.requiredForImport === true),
    list("Optional", ({ options }) => options.requiredForImport !== true),
  );
}
