import type { Provider } from "./definition";
import type { Attributes } from "./schema/attribute";
import type { IdentityAttributes } from "./schema/identity";

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
  const { resources, dataSources = [], ephemeralResources = [], actions = [] } = provider;
  const described = [...resources, ...dataSources, ...ephemeralResources, ...actions].filter(
    ({ definition }) => definition.description.trim() === "",
  );
  return [
    ...problemsOf("provider", provider.schema, { reserved: RESERVED_IN_PROVIDER }),
    ...described.map(({ typeName }) => `${typeName} has no description.`),
    ...resources.flatMap(({ typeName, definition }) => [
      ...problemsOf(typeName, definition.schema, { reserved: RESERVED, isStored: true }),
      ...identityProblems(`${typeName}.identity`, definition.identity?.attributes ?? {}),
    ]),
    ...[...dataSources, ...ephemeralResources, ...actions].flatMap(({ typeName, definition }) =>
      problemsOf(typeName, definition.schema, { reserved: RESERVED }),
    ),
  ];
}

/** Where the attributes of a schema stand. */
interface Context {
  readonly reserved?: readonly string[];
  /** In a managed resource, whose state is stored. */
  readonly isStored?: boolean;
  readonly isInWriteOnly?: boolean;
}

function problemsOf(place: string, schema: Attributes, context: Context): string[] {
  return Object.entries(schema).flatMap(([name, { options, nested }]) => {
    const where = `${place}.${name}`;
    const { required, optional, computed, sensitive, description, writeOnly } = options;
    const problems: [boolean, string][] = [
      [!ATTRIBUTE_NAME.test(name), `${where} is not a name of lower-case letters, digits and underscores.`],
      [context.reserved?.includes(name) === true, `${where} is a name that Terraform keeps for itself.`],
      [description.trim() === "", `${where} has no description.`],
      [!required && !optional && !computed, `${where} is neither required, optional nor computed.`],
      [required === true && (optional === true || computed === true), `${where} is required, and more than that.`],
      [
        options.default !== undefined && !(optional && computed),
        `${where} has a default, and therefore must be optional and computed.`,
      ],
      [
        options.useStateForUnknown === true && !computed,
        `${where} keeps its state where it is unknown, and therefore must be computed.`,
      ],
      [
        sensitive === undefined && LOOKS_SECRET.test(name),
        `${where} looks like a secret: mark it sensitive, or say sensitive: false.`,
      ],
      [
        writeOnly === true && (computed === true || options.requiresReplace === true),
        `${where} is write-only: what is not stored can be neither computed nor compared.`,
      ],
      [writeOnly === true && context.isStored !== true, `${where} is write-only, which only a resource's can be.`],
      [
        writeOnly !== true && context.isInWriteOnly === true,
        `${where} stands in a write-only attribute, and therefore must be write-only.`,
      ],
    ];
    const inside: Context = {
      isStored: context.isStored === true,
      isInWriteOnly: context.isInWriteOnly === true || writeOnly === true,
    };
    return [
      ...problems.filter(([applies]) => applies).map(([, problem]) => problem),
      ...(nested === undefined ? [] : problemsOf(where, nested.attributes, inside)),
    ];
  });
}

function identityProblems(place: string, attributes: IdentityAttributes): string[] {
  return Object.entries(attributes).flatMap(([name, { type, options }]) => {
    const where = `${place}.${name}`;
    const { description, requiredForImport, optionalForImport } = options;
    const element = type.kind === "list" ? type.element : type;
    const problems: [boolean, string][] = [
      [!ATTRIBUTE_NAME.test(name), `${where} is not a name of lower-case letters, digits and underscores.`],
      [description.trim() === "", `${where} has no description.`],
      [
        !["string", "number", "bool"].includes(element.kind),
        `${where} is neither a text, a number or a truth value, nor a list of them.`,
      ],
      [
        (requiredForImport === true) === (optionalForImport === true),
        `${where} must be either required or optional for an import.`,
      ],
    ];
    return problems.filter(([applies]) => applies).map(([, problem]) => problem);
  });
}
