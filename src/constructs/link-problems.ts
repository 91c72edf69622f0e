import { Token } from "cdktf";
import { RESERVED_AUTHORIZATION_PARAMETERS } from "../cronofy/reserved-authorization-parameters";
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
    ...required("redirectUri", redirectUri, redirectUriProblem),
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
    id.trim() === "" || id.includes("/") ? "give the id alone, such as ser_64b17f9b8090ea21640c9151" : undefined,
  );
}

/** What is wrong with the id of a link that is to be imported for a service account. */
export function importProblems(linkId: string, serviceAccountId: string): string[] {
  if (Token.isUnresolved(linkId)) return [];
  const parts = linkId.split("/");
  const account = parts.at(-1) ?? "";
  const isId = account.trim() !== "" && (parts.length === 1 || (parts.length === 2 && isDataCenter(parts[0])));
  if (!isId) {
    const advice = `give <data center>/<service account>, such as uk/ser_64b17f9b8090ea21640c9151, with one of ${Object.values(DataCenter).join(", ")}`;
    return [`linkId: ${advice}; got ${JSON.stringify(linkId)}.`];
  }
  if (Token.isUnresolved(serviceAccountId) || account === serviceAccountId) return [];
  return [
    `linkId: it names another service account than serviceAccountId, ${serviceAccountId}; got ${JSON.stringify(linkId)}.`,
  ];
}

function isDataCenter(text: string | undefined): boolean {
  return Object.values(DataCenter).some((each) => each === text);
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
