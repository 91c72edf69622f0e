import { printable } from "../../drift";
import { CliError } from "../command-line/cli-error";
import type { DeclaredLink, UrlKind } from "../states/declared-link";
import { EXIT_CODE } from "../command-line/exit-code";

/**
 * The one link of this name: its address, its address without the type, or its service account.
 *
 * @throws CliError where there is none, or more than one
 */
export function linkNamed(links: readonly DeclaredLink[], name: string): DeclaredLink {
  const found = links.filter((link) => [link.address, link.name, link.serviceAccountId].includes(name));
  const [link] = found;
  if (link !== undefined && found.length === 1) return link;
  const known = (found.length > 0 ? found : links).map((each) => printable(`${each.name}  ${each.source}`)).join("\n");
  throw link === undefined
    ? new CliError(
        `There is no link ${printable(JSON.stringify(name))}.`,
        known === "" ? "The state holds no links." : `There is:\n${known}`,
        EXIT_CODE.usage,
      )
    : new CliError(
        `${found.length} links are called ${printable(name)}.`,
        `Name the one state that is meant:\n${known}`,
        EXIT_CODE.usage,
      );
}

/**
 * The URL to send to the administrator: the invitation's where there is one, for it does not lapse.
 *
 * @param kind the one kind that will do
 * @throws CliError where the link has none
 */
export function urlOf(link: DeclaredLink, kind?: UrlKind): string {
  const url = kind === undefined ? (link.url("invitation") ?? link.url("authorization")) : link.url(kind);
  if (url !== null) return url;
  const name = printable(link.name);
  throw new CliError(
    link.status === "linked" ? `${name} is linked, and has no such URL any more.` : `${name} has no such URL.`,
    kind === "invitation"
      ? "Set the provider's link_service_url and apply, or ask for the authorization URL."
      : "Change keepers of the link and apply to mint a new authorization URL.",
  );
}
