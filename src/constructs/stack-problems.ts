import { createHash } from "node:crypto";
import { TerraformDataSource, TerraformElement, TerraformResource, TerraformStack, Token } from "cdktf";
import type { IConstruct } from "constructs";
import { OrganizationalUnitLink as GeneratedLink } from "./bindings/organizational-unit-link";

/**
 * Gives an element a name in Terraform that is valid and its own, whatever customers are called: the CDK drops from an
 * id what is no letter, digit, _ or -, and would take "acme.example" and "acmeexample" for one. The name depends on the
 * construct's path alone, so it stays when other links come and go.
 */
export function nameInTerraform(element: TerraformElement): void {
  element.overrideLogicalId(terraformName(element));
  named.add(element);
  requireSoundStack(TerraformStack.of(element));
}

/** The elements that were named here. */
const named = new WeakSet<IConstruct>();

function terraformName(element: TerraformElement): string {
  const stack = TerraformStack.of(element);
  const { scopes } = element.node;
  const [id, ...below] = scopes.slice(scopes.indexOf(stack) + 1).flatMap(({ node }) => visible(node.id));
  // The CDK makes no name of a path of nothing but Default.
  if (id === undefined) return "Default";
  const given = stack.getLogicalId(element);
  // Deeper in the tree the CDK appends a hash of the path itself, and a stack may have names of its own.
  const isShortened = below.length === 0 && given !== id && given === id.replace(/[^\w-]/g, "");
  const unique = isShortened ? `${given}_${hash(id)}` : given;
  return /^[A-Za-z_]/.test(unique) ? unique : `_${unique}`;
}

/**
 * What is wrong with a resource of which Terraform would make several: all that refers to it expects one.
 *
 * @param name the property of the construct that holds it
 */
export function repetitionProblems(name: string, element: TerraformResource | TerraformDataSource): string[] {
  const { overrides = {} } = element.toMetadata() as { overrides?: Record<string, string[]> };
  const overridden = Object.values(overrides).flat();
  const isRepeated =
    element.forEach !== undefined ||
    (element.count !== undefined && element.count !== 0) ||
    overridden.some((path) => path === "for_each" || path === "count");
  return isRepeated
    ? [
        `${name}: a construct is one link, and takes neither forEach nor count. Declare each by its own, as ` +
          "OrganizationalUnitLinks does, or use the generated class (bindings).",
      ]
    : [];
}

/** The CDK leaves Default out of names. */
function visible(id: string): string[] {
  return id === "Default" ? [] : [id];
}

function hash(text: string): string {
  return createHash("sha256").update(text).digest("hex").slice(0, 8).toUpperCase();
}

/** The stacks that have the validation already: each needs one, however many links it has. */
const prepared = new WeakSet<TerraformStack>();

/**
 * Has a stack refuse what would end a link by mistake: a service account that is declared twice, which the two would take
 * from each other; a name in Terraform that two have, of which the second replaces the first; and one that changes from run to
 * run.
 */
export function requireSoundStack(stack: TerraformStack): void {
  if (prepared.has(stack)) return;
  prepared.add(stack);
  stack.node.addValidation({
    validate: () => {
      const elements = stack.node.findAll().filter((each) => TerraformElement.isTerraformElement(each));
      const own = elements.filter((each) => each.cdktfStack === stack);
      return [...tokensInIds(own), ...namesTakenTwice(own), ...accountsDeclaredTwice(own)];
    },
  });
}

function tokensInIds(elements: readonly TerraformElement[]): string[] {
  const scopes = elements.filter(isOurs).flatMap(({ node }) => node.scopes);
  const withToken = new Set(scopes.filter(({ node }) => Token.isUnresolved(node.id)));
  return [...withToken].map(
    ({ node }) =>
      `the id of ${node.path} has a token, a value that only Terraform knows: its links would be named otherwise in each ` +
      "run, and end. Write the id out.",
  );
}

function namesTakenTwice(elements: readonly TerraformElement[]): string[] {
  const problems: string[] = [];
  for (const [address, sharing] of grouped(elements, addressOf)) {
    if (!sharing.some(isOurs)) continue;
    const paths = sharing.map(pathOf);
    if (sharing.length > 1) {
      problems.push(
        `${paths.join(" and ")} are both ${address} in Terraform, where the last replaces the others: rename one.`,
      );
    } else if (!VALID_NAME.test(sharing[0]?.friendlyUniqueId ?? "")) {
      problems.push(`${paths.join("")} is ${address} in Terraform, where a name begins with a letter or _: rename it.`);
    }
  }
  return problems;
}

/** An identifier of Terraform. */
const VALID_NAME = /^[\p{ID_Start}_][\p{ID_Continue}-]*$/u;

function accountsDeclaredTwice(elements: readonly TerraformElement[]): string[] {
  const declared = elements.filter((each): each is GeneratedLink => each instanceof GeneratedLink && each.count !== 0);
  // The provider judges ids that only Terraform knows.
  const known = declared.filter(({ serviceAccountIdInput: id }) => id !== undefined && !Token.isUnresolved(id));
  return [...grouped(known, (link) => `${link.provider?.fqn ?? "cronofy"} ${link.serviceAccountIdInput}`).values()]
    .filter((links) => links.length > 1)
    .map((links) => {
      const account = links[0]?.serviceAccountIdInput;
      return `${links.map(pathOf).join(" and ")} declare one service account, ${account}: declare it once.`;
    });
}

/** Whether these constructs made it, or it is a link of the generated class. */
function isOurs(element: TerraformElement): boolean {
  return named.has(element) || element instanceof GeneratedLink;
}

function addressOf(element: TerraformElement): string | undefined {
  if (TerraformResource.isTerraformResource(element)) {
    return `${element.terraformResourceType}.${element.friendlyUniqueId}`;
  }
  if (TerraformDataSource.isTerraformDataSource(element)) {
    return `data.${element.terraformResourceType}.${element.friendlyUniqueId}`;
  }
  return named.has(element) ? `check.${element.friendlyUniqueId}` : undefined;
}

/** The path of the construct that the user knows: the resource is its Default. */
function pathOf({ node }: IConstruct): string {
  return node.path.replace(/\/Default$/, "");
}

function grouped<T>(values: readonly T[], keyOf: (value: T) => string | undefined): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const value of values) {
    const key = keyOf(value);
    if (key === undefined) continue;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [value]);
    else group.push(value);
  }
  return groups;
}
