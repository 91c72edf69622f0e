import type { Provider, ProviderFunction } from "../../../src/plugin";
import type { Attributes } from "../../../src/plugin/schema/attribute";
import { environmentSection } from "./environment-section";
import { frontMatter } from "./front-matter";
import { functionSections } from "./function-sections";
import { importSection } from "./import-section";
import { inlineMarkdown } from "./inline-markdown";
import { codeBlock } from "./markdown-code";
import { joinSections, pagePath } from "./page";
import type { Page, PartKind } from "./page";
import type { SourceAccount } from "./source-account";
import { schemaSection } from "./schema-section";

/**
 * The pages of a provider, one for itself and one for each of its parts, in the layout that the registry expects.
 *
 * @see https://developer.hashicorp.com/terraform/registry/providers/docs
 */
export function renderPages(provider: Provider, sources: SourceAccount): Page[] {
  const { resources, dataSources = [], ephemeralResources = [], actions = [], functions = [] } = provider;
  const name = provider.address.slice(provider.address.lastIndexOf("/") + 1);
  const pages = new PageRenderer(name, sources);
  return [
    pages.ofProvider(provider),
    ...resources.map((each) => pages.ofPart(RESOURCE, each, importSection(each, sources))),
    ...dataSources.map((each) => pages.ofPart(DATA_SOURCE, each)),
    ...ephemeralResources.map((each) => pages.ofPart(EPHEMERAL_RESOURCE, each)),
    ...actions.map((each) => pages.ofPart(ACTION, each)),
    ...functions.map((each) => pages.ofFunction(each)),
  ];
}

/** A kind of parts that have a schema. */
interface SchemaKind {
  readonly folder: PartKind;
  readonly title: string;
  readonly example: string;
}

const RESOURCE: SchemaKind = { folder: "resources", title: "Resource", example: "resource.tf" };
const DATA_SOURCE: SchemaKind = { folder: "data-sources", title: "Data Source", example: "data-source.tf" };
const EPHEMERAL_RESOURCE: SchemaKind = {
  folder: "ephemeral-resources",
  title: "Ephemeral Resource",
  example: "ephemeral-resource.tf",
};

const ACTION: SchemaKind = { folder: "actions", title: "Action", example: "action.tf" };

interface Part {
  readonly typeName: string;
  readonly definition: { readonly description: string; readonly schema: Attributes };
}

class PageRenderer {
  constructor(
    private readonly providerName: string,
    private readonly sources: SourceAccount,
  ) {}

  ofProvider({ description, schema }: Provider): Page {
    return this.#page({
      path: "index.md",
      title: `${this.providerName} Provider`,
      heading: `${this.providerName} Provider`,
      description,
      example: "provider/provider.tf",
      sections: [environmentSection(schema), schemaSection(schema)],
    });
  }

  ofPart(kind: SchemaKind, { typeName, definition }: Part, ...further: string[]): Page {
    return this.#page({
      path: pagePath(kind.folder, typeName, this.providerName),
      title: `${typeName} ${kind.title} - terraform-provider-${this.providerName}`,
      heading: `${typeName} (${kind.title})`,
      description: definition.description,
      example: `${kind.folder}/${typeName}/${kind.example}`,
      sections: [schemaSection(definition.schema), ...further],
    });
  }

  ofFunction(part: ProviderFunction): Page {
    return this.#page({
      path: pagePath("functions", part.name, this.providerName),
      title: `${part.name} function - terraform-provider-${this.providerName}`,
      heading: `function: ${part.name}`,
      summary: part.definition.summary,
      description: part.definition.description,
      example: `functions/${part.name}/function.tf`,
      sections: [functionSections(part)],
    });
  }

  #page({ path, title, heading, description, summary = description, example, sections }: Content): Page {
    const markdown = joinSections(
      frontMatter({ title, description: summary }),
      `# ${heading}`,
      inlineMarkdown(description),
      this.sources.prose(path),
      "## Example Usage",
      codeBlock("terraform", this.sources.example(example)),
      ...sections,
    );
    return { path, markdown: `${markdown}\n` };
  }
}

interface Content {
  readonly path: string;
  readonly title: string;
  readonly heading: string;
  readonly description: string;
  /** For listings, where that is not the description. */
  readonly summary?: string;
  readonly example: string;
  readonly sections: readonly string[];
}
