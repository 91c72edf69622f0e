import { TerraformProvider, Token } from "cdktf";
import { RESERVED_AUTHORIZATION_PARAMETERS } from "../cronofy/constants";
import {
  EXAMPLE_SERVICE_ACCOUNT,
  addressProblem,
  linkIdText,
  parseLinkId,
  serviceAccountProblem,
  textProblem,
} from "../link";
import { DataCenter } from "./cronofy-provider";
import { HookEngine } from "./hook-resource";
import { LinkHook } from "./link-hook";
import { AuthorizeWith, OnDestroy, Remint } from "./link-props";
import type { OrganizationalUnitLinkProps } from "./link-props";
import { choiceProblems, durationProblems, isData, shown, textProblems } from "./props";

/** Everything that is wrong with a link's props, all at once, each with what to write. */
export function linkProblems(props: OrganizationalUnitLinkProps): string[] {
  const { authorizationParameters, keepers, timeouts, enabled, provider, hookEngine } = props;
  const hooks = {
    onAuthorizationRequired: props.onAuthorizationRequired,
    onLinked: props.onLinked,
    onUnlinked: props.onUnlinked,
  };
  return [
    ...serviceAccountProblems(props.serviceAccountId),
    ...textProblems("redirectUri", props.redirectUri, addressProblem),
    ...conferencingProviderProblems(props.conferencingProvider),
    ...textProblems("state", props.state, textProblem),
    ...choiceProblems("authorizeWith", props.authorizeWith, AuthorizeWith),
    ...choiceProblems("remint", props.remint, Remint),
    ...choiceProblems("onDestroy", props.onDestroy, OnDestroy),
    ...choiceProblems("hookEngine", hookEngine, HookEngine),
    ...(enabled === undefined || typeof enabled === "boolean"
      ? []
      : [`enabled: write true or false; got ${shown(enabled)}. Whether a link ends is not left to a guess.`]),
    ...providerProblems(provider),
    ...Object.entries({ authorizationParameters, keepers, timeouts }).flatMap(([name, value]) =>
      value === undefined || isData(value) || Token.isUnresolved(value)
        ? []
        : [`${name}: give an object; got ${shown(value)}.`],
    ),
    ...fieldsOf(authorizationParameters)
      .filter(([name]) => RESERVED_AUTHORIZATION_PARAMETERS.includes(name))
      .map(
        ([name]) =>
          `authorizationParameters: the link sets ${name} itself and lets nobody override it, so leave it out.`,
      ),
    ...durationProblems("linkTokenLifetime", props.linkTokenLifetime),
    ...fieldsOf(timeouts).flatMap(([name, value]) => durationProblems(`timeouts.${name}`, value)),
    ...Object.entries(hooks).flatMap(([name, hook]) => hookProblems(name, hook)),
  ];
}

/** What is wrong with a service account's id. */
export function serviceAccountProblems(id: unknown): string[] {
  return id === undefined || id === null
    ? [`serviceAccountId: give the id of the service account, such as ${EXAMPLE_SERVICE_ACCOUNT}; there is none.`]
    : textProblems("serviceAccountId", id, serviceAccountProblem);
}

/** What is wrong with a value that should be a provider. */
export function providerProblems(provider: unknown): string[] {
  return provider === undefined || provider === null || TerraformProvider.isTerraformProvider(provider)
    ? []
    : [`provider: give the CronofyProvider itself; got ${shown(provider)}.`];
}

/** What is wrong with the id of a link that is to be imported for a service account. */
export function importProblems(linkId: unknown, serviceAccountId: unknown): string[] {
  if (Token.isUnresolved(linkId)) return [];
  const link = typeof linkId === "string" ? parseLinkId(linkId) : null;
  if (link === null || (link.dataCenter !== null && !isDataCenter(link.dataCenter))) {
    const example = linkIdText({ dataCenter: DataCenter.UK, serviceAccountId: EXAMPLE_SERVICE_ACCOUNT });
    const advice = `give <data center>/<service account>, such as ${example}, with one of ${Object.values(DataCenter).join(", ")}`;
    return [`linkId: ${advice}; got ${shown(linkId)}.`];
  }
  if (Token.isUnresolved(serviceAccountId) || link.serviceAccountId === serviceAccountId) return [];
  return [
    `linkId: it names another service account than serviceAccountId, ${shown(serviceAccountId)}; got ${shown(linkId)}.`,
  ];
}

function conferencingProviderProblems(provider: unknown): string[] {
  if (provider === undefined) return [];
  if (typeof provider === "object" && provider !== null && "name" in provider) {
    return textProblems("conferencingProvider", provider.name ?? "", textProblem);
  }
  const name = typeof provider === "string" ? JSON.stringify(provider) : "name";
  return [`conferencingProvider: write ConferencingProvider.of(${name}) for the name in the data.`];
}

function hookProblems(name: string, hook: unknown): string[] {
  if (hook === undefined) return [];
  if (!(hook instanceof LinkHook)) {
    return [`${name}: write LinkHook.command(…), LinkHook.node(…) or LinkHook.webhook(…); got ${shown(hook)}.`];
  }
  return hook._problems(name === "onUnlinked").map((each) => `${name}: ${each}`);
}

function fieldsOf(value: unknown): [string, unknown][] {
  return isData(value) ? Object.entries(value) : [];
}

function isDataCenter(text: string): boolean {
  return Object.values<string>(DataCenter).includes(text);
}
