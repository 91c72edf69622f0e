import type { Provider } from "../definition";
import type { Attributes } from "./attribute";

/** Arguments that Terraform's language keeps for itself, in resources and in provider blocks. */
const RESERVED = ["count", "for_each", "depends_on", "provider", "lifecycle", "connection", "provisioner"];
const RESERVED_IN_PROVIDER = ["alias", "version"];

const ATTRIBUTE_NAME = /^[a-z][a-z0-9_]*$/;
const LOOKS_SECRET = /secret|token|password|passphrase|private_key|api_key|credential/;

/**
 * What is wrong with a provider's own schemas, one sentence each that names the attribute: what Terraform would refuse
 * with every command, and what nobody would notice, such as a secret that is not marked.
 */
export function definitionProblems(provider: Provider): string[] {
  const { resources, dataSources = [], ephemeralResources = [] } = provider;
  return [
    ...problemsOf("provider", provider.schema, RESERVED_IN_PROVIDER),
    ...[...resources, ...dataSources, ...ephemeralResources].flatMap(({ typeName, definition }) => [
      ...(definition.description.trim() === "" ? [`${typeName} has no description.`] : []),
      ...problemsOf(typeName, definition.schema, RESERVED),
    ]),
  ];
}

function problemsOf(place: string, schema: Attributes, reserved: readonly string[]): string[] {
  return Object.entries(schema).flatMap(([name, { options, nested }]) => {
    const where = `${place}.${name}`;
    const { required, optional, computed, sensitive, description } = options;
    const problems: [boolean, string][] = [
      [!ATTRIBUTE_NAME.test(name), `${where} is not a name of lower-case letters, digits and underscores.`],
      [reserved.includes(name), `${where} is a name that Terraform keeps for itself.`],
      [description.trim() === "", `${where} has no description.`],
      [!required && !optional && !computed, `${where} is neither required, optional nor computed.`],
      [required === true && (optional === true || computed === true), `${where} is required, and more than that.`],
      [
        options.default !== undefined && !(optional && computed),
        `${where} has a default, and therefore must be optional and computed.`,
      ],
      [
        sensitive === undefined && LOOKS_SECRET.test(name),
        `${where} looks like a secret: mark it sensitive, or say sensitive: false.`,
      ],
    ];
    return [
      ...problems.filter(([applies]) => applies).map(([, problem]) => problem),
      ...(nested === undefined ? [] : problemsOf(where, nested, [])),
    ];
  });
}
