import { Token } from "cdktf";
import type { TerraformStack } from "cdktf";
import { RESERVED_AUTHORIZATION_PARAMETERS } from "../cronofy/reserved-authorization-parameters";
import { EXAMPLE_SERVICE_ACCOUNT, isServiceAccountId, linkIdText, parseLinkId } from "../link";
import { OrganizationalUnitLink as GeneratedLink } from "./bindings/organizational-unit-link";
import { DataCenter } from "./data-center";
import { durationProblem } from "./duration";
import type { OrganizationalUnitLinkProps } from "./organizational-unit-link-props";
import { redirectUriProblem } from "./redirect-uri";

/**
 * Everything that is wrong with a link's props, all at once, each with the value and what to write. Tokens stand for values
 * that only Terraform knows: the provider judges those.
 */
export function linkProblems(props: OrganizationalUnitLinkProps): string[] {
  const { redirectUri, state, conferencingProvider, authorizationParameters, timeouts } = props;
  const durations = { linkTokenLifetime: props.linkTokenLifetime, ...prefixed("timeouts", timeouts) };
  const hooks = [
    ["onAuthorizationRequired", props.onAuthorizationRequired, false],
    ["onLinked", props.onLinked, false],
    ["onUnlinked", props.onUnlinked, true],
  ] as const;
  return [
    ...serviceAccountProblem("serviceAccountId", props.serviceAccountId),
    ...(redirectUri === undefined ? [] : required("redirectUri", redirectUri, redirectUriProblem)),
    ...(isText(conferencingProvider)
      ? [
          `conferencingProvider: write ConferencingProvider.of(${JSON.stringify(conferencingProvider)}) for the name in the data.`,
        ]
      : problem("conferencingProvider", conferencingProvider?.name, notBlank)),
    ...problem("state", state, notBlank),
    ...Object.keys(authorizationParameters ?? {}).flatMap((name) =>
      problem("authorizationParameters", name, reservedParameter),
    ),
    ...Object.entries(durations).flatMap(([name, value]) => problem(name, value, durationProblem)),
    ...hooks.flatMap(([name, hook, atDestruction]) =>
      (hook?._problems(atDestruction) ?? []).map((each) => `${name}: ${each}`),
    ),
  ];
}

/** What is wrong with a service account's id, by the rule of the provider. */
export function serviceAccountProblem(name: string, value: string): string[] {
  return required(name, value, (id) =>
    isServiceAccountId(id) ? undefined : `give the id of a service account, such as ${EXAMPLE_SERVICE_ACCOUNT}`,
  );
}

/** What is wrong with the id of a link that is to be imported for a service account. */
export function importProblems(linkId: string, serviceAccountId: string): string[] {
  if (Token.isUnresolved(linkId)) return [];
  const link = parseLinkId(linkId);
  if (link === null || (link.dataCenter !== null && !isDataCenter(link.dataCenter))) {
    const example = linkIdText({ dataCenter: DataCenter.UK, serviceAccountId: EXAMPLE_SERVICE_ACCOUNT });
    const advice = `give <data center>/<service account>, such as ${example}, with one of ${Object.values(DataCenter).join(", ")}`;
    return [`linkId: ${advice}; got ${JSON.stringify(linkId)}.`];
  }
  if (Token.isUnresolved(serviceAccountId) || link.serviceAccountId === serviceAccountId) return [];
  return [
    `linkId: it names another service account than serviceAccountId, ${serviceAccountId}; got ${JSON.stringify(linkId)}.`,
  ];
}

/** The stacks that will be looked through: once each, however many links they have. */
const prepared = new WeakSet<TerraformStack>();

/** Has a stack refuse a service account that it declares twice: the two would take the link from each other. */
export function requireOneDeclaration(stack: TerraformStack): void {
  if (prepared.has(stack)) return;
  prepared.add(stack);
  stack.node.addValidation({ validate: () => declaredTwice(stack) });
}

function declaredTwice(stack: TerraformStack): string[] {
  const declarations = new Map<string, { account: string; paths: string[] }>();
  for (const link of stack.node.findAll()) {
    if (!(link instanceof GeneratedLink) || link.count === 0) continue;
    const account = link.serviceAccountIdInput;
    // What only Terraform knows, the provider tells.
    if (account === undefined || Token.isUnresolved(account)) continue;
    const key = `${link.provider?.fqn ?? "cronofy"} ${account}`;
    // The resource of a construct is its Default.
    const path = link.node.path.replace(/\/Default$/, "");
    const declared = declarations.get(key);
    if (declared === undefined) declarations.set(key, { account, paths: [path] });
    else declared.paths.push(path);
  }
  return [...declarations.values()]
    .filter(({ paths }) => paths.length > 1)
    .map(({ account, paths }) => `${paths.join(" and ")} declare one service account, ${account}: declare it once.`);
}

function isDataCenter(text: string): boolean {
  return Object.values<string>(DataCenter).includes(text);
}

/** The same for what must be there. Data from a file is of whatever type, though the compiler was told otherwise. */
function required(name: string, value: string, advice: (value: string) => string | undefined): string[] {
  return Token.isUnresolved(value) ? [] : problem(name, isText(value) ? value : "", advice);
}

function isText(value: unknown): value is string {
  return typeof value === "string";
}

function problem(name: string, value: string | undefined, advice: (value: string) => string | undefined): string[] {
  if (value === undefined || Token.isUnresolved(value)) return [];
  const text = advice(value);
  return text === undefined ? [] : [`${name}: ${text}; got ${JSON.stringify(value)}.`];
}

function prefixed(name: string, values: object | undefined): Record<string, string | undefined> {
  const entries = Object.entries(values ?? {}) as [string, string | undefined][];
  return Object.fromEntries(entries.map(([key, value]) => [`${name}.${key}`, value]));
}

function notBlank(value: string): string | undefined {
  return value.trim() === "" ? "set a value that is not blank, or leave it out" : undefined;
}

function reservedParameter(name: string): string | undefined {
  return RESERVED_AUTHORIZATION_PARAMETERS.includes(name)
    ? "the link sets this parameter itself and lets nobody override it, so leave it out"
    : undefined;
}
