import { printable } from "../../drift";
import { CliError } from "../command-line/cli-error";
import type { DeclaredLink, UrlKind } from "../states/declared-link";
import { EXIT_CODE } from "../command-line/exit-code";

/**
 * The one link of this name: its address, or whatever is shorter and means no other: the address without the type, the
 * service account, the id, the customer.
 *
 * @throws CliError where there is none, or more than one
 */
export function linkNamed(links: readonly DeclaredLink[], name: string): DeclaredLink {
  const named = links.filter(({ address }) => address === name);
  const found =
    named.length > 0
      ? named
      : links.filter((link) => [link.name, link.customer, link.id, link.serviceAccountId].includes(name));
  const [link] = found;
  if (link !== undefined && found.length === 1) return link;
  const known = (found.length > 0 ? found : links)
    .map((each) => printable(`${each.address}  ${each.id}  ${each.source}`))
    .join("\n");
  throw link === undefined
    ? new CliError(
        `There is no link ${printable(JSON.stringify(name))}.`,
        known === "" ? "The state holds no links." : `There is:\n${known}`,
      )
    : new CliError(
        `${found.length} links are called ${printable(name)}.`,
        `Give the address of the one that is meant, or name its state alone:\n${known}`,
        EXIT_CODE.usage,
      );
}

/**
 * The URL to send to the administrator: the invitation's where there is one, for it does not lapse.
 *
 * @param kind the one kind that will do
 * @throws CliError where the link has none, or nobody has to come
 */
export function urlOf(link: DeclaredLink, kind?: UrlKind): string {
  const name = printable(link.customer);
  if (link.status === "linked" && link.awaitedSince === null) {
    throw new CliError(
      `${name} is linked: nobody has to come.`,
      "To have the administrator authorize anew, change keepers of the link and apply.",
    );
  }
  const url = kind === undefined ? (link.url("invitation") ?? link.url("authorization")) : link.url(kind);
  if (url !== null) return url;
  throw new CliError(
    `${name} has no such URL.`,
    kind === "invitation"
      ? "Set the provider's link_service_url and apply, or ask for the authorization URL."
      : "Change keepers of the link and apply to ask the administrator anew.",
  );
}
