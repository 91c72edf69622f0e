import { TerraformDeclarations, customerName } from "../../drift";
import type { DeclarationFinder, StateResource } from "../../drift";
import { LINK_TYPE, linkSince, linkStatus, parseLinkId } from "../../link";
import type { LinkStatus } from "../../link";
import { CliError } from "../command-line/cli-error";
import { printable } from "../command-line/terminal";
import type { Terminal } from "../command-line/terminal";
import { readStates } from "./state-sources";
import type { StateReading, StateSourcesOptions } from "./state-sources";

/** A link as a state records it. Holds no secret, but for what is asked of it by name. */
export interface DeclaredLink {
  /** Where the state was read from. */
  readonly source: string;
  /** Terraform's address of it. */
  readonly address: string;
  /** The address without the resource's type: `acme`, `module.emea.customers["acme"]`. */
  readonly name: string;
  /** Whose it is, as people know them. */
  readonly customer: string;
  /** `<data center>/<service account>`. */
  readonly id: string;
  readonly serviceAccountId: string;
  readonly dataCenter: string;
  readonly status: LinkStatus;
  /** Somebody waits, and the assumed lifetime of their authorization URL is over: the state does not know yet what came of it. */
  readonly lapsed: boolean;
  /** Since when it is what it is, in RFC 3339; null where nothing tells. */
  readonly since: string | null;
  /** Since when an administrator is awaited, also for a link that works; null where nobody is. */
  readonly awaitedSince: string | null;
  readonly nextAction: string;
  readonly authorizeWith: string | null;
  readonly conferencingProviderName: string | null;
  readonly authorizedConferencingProviderName: string | null;
  readonly organizationalUnitId: string | null;
  readonly mintedAt: string | null;
  readonly assumedExpiresAt: string | null;
  readonly linkedAt: string | null;
  /** The secret URL of one kind; null where there is none. */
  url(kind: UrlKind): string | null;
}

/** Cronofy's own page, which lapses in minutes, or the link service's, which does not. */
export type UrlKind = "authorization" | "invitation";

/** The links of a state, in Terraform's order. What a replacement has left of a link is none of its own. */
export function linksOf(
  { source, folder, state }: Extract<StateReading, { state: unknown }>,
  now: Date,
): DeclaredLink[] {
  const declarations = new TerraformDeclarations(folder, folder);
  return state.resources
    .filter(({ mode, type, deposed }) => mode === "managed" && type === LINK_TYPE && deposed === null)
    .map((resource) => declaredLink(source, resource, declarations, now));
}

function declaredLink(
  source: string,
  resource: StateResource,
  declarations: DeclarationFinder,
  now: Date,
): DeclaredLink {
  const { address, values } = resource;
  const text = (attribute: string) => {
    const value = values[attribute];
    return typeof value === "string" && value !== "" ? value : null;
  };
  const status = linkStatus(text("status"));
  const id = text("id") ?? "";
  const awaitedSince = text("awaited_since");
  const assumedExpiresAt = text("assumed_expires_at");
  const linkedAt = text("linked_at");
  const mayWait = status === "pending" || (status === "linked" && awaitedSince !== null);
  const lapsed = mayWait && assumedExpiresAt !== null && Date.parse(assumedExpiresAt) <= now.getTime();
  const constructPath = declarations.find(resource)?.constructPath ?? null;
  return {
    source,
    address,
    name: address.replace(`${LINK_TYPE}.`, ""),
    customer: customerName({ ...resource, keepers: values["keepers"], constructPath }),
    id,
    serviceAccountId: text("service_account_id") ?? "",
    dataCenter: parseLinkId(id)?.dataCenter ?? "",
    status,
    lapsed,
    since: linkSince({ status, awaited_since: awaitedSince, linked_at: linkedAt }),
    awaitedSince,
    nextAction: lapsed
      ? `Apply: that reads back whether the administrator has finished${status === "pending" ? ", and mints a new URL if not" : ""}.`
      : (text("next_action") ?? ""),
    authorizeWith: text("authorize_with"),
    conferencingProviderName: text("conferencing_provider_name"),
    authorizedConferencingProviderName: text("authorized_conferencing_provider_name"),
    organizationalUnitId: text("organizational_unit_id"),
    mintedAt: text("minted_at"),
    assumedExpiresAt,
    linkedAt,
    url(kind) {
      const url = resource.reveal(`${kind}_url`);
      return typeof url === "string" && url !== "" ? url : null;
    },
  };
}

/** A link as our JSON has it. */
export function declaredLinkAsJson(link: DeclaredLink) {
  return {
    source: link.source,
    address: link.address,
    name: link.name,
    customer: link.customer,
    id: link.id,
    service_account_id: link.serviceAccountId,
    data_center: link.dataCenter,
    status: link.status,
    lapsed: link.lapsed,
    since: link.since,
    awaited_since: link.awaitedSince,
    next_action: link.nextAction,
    authorize_with: link.authorizeWith,
    conferencing_provider_name: link.conferencingProviderName,
    authorized_conferencing_provider_name: link.authorizedConferencingProviderName,
    organizational_unit_id: link.organizationalUnitId,
    minted_at: link.mintedAt,
    assumed_expires_at: link.assumedExpiresAt,
    linked_at: link.linkedAt,
  };
}

/** The links of all states that were meant, and what kept others from being read. */
export interface LinkReport {
  /** The states that could be read, also those without a link. */
  readonly sources: readonly string[];
  readonly links: readonly DeclaredLink[];
  readonly errors: readonly { readonly source: string; readonly problem: string; readonly fix: string }[];
}

/** Reads the links of the states that are meant. @throws as `readStates` does */
export async function readLinks(
  options: StateSourcesOptions,
  terminal: Terminal,
  signal: AbortSignal,
): Promise<LinkReport> {
  const readings = await readStates(options, terminal, signal);
  const now = new Date();
  return {
    sources: readings.flatMap((reading) => ("state" in reading ? [reading.source] : [])),
    links: readings.flatMap((reading) => ("state" in reading ? linksOf(reading, now) : [])),
    errors: readings.flatMap((reading) => ("state" in reading ? [] : [reading])),
  };
}

/**
 * Tells of the states that could not be read.
 *
 * @throws CliError where that is all there is to tell
 */
export function tellErrors({ links, errors }: LinkReport, terminal: Terminal): void {
  const [only] = errors;
  if (only !== undefined && errors.length === 1 && links.length === 0) {
    throw new CliError(`${printable(only.source)}: ${printable(only.problem)}`, printable(only.fix));
  }
  for (const { source, problem, fix } of errors) {
    terminal.warn(`ou-link: ${printable(source)}: ${printable(problem)}`);
    terminal.warn(`  ${printable(fix)}`);
  }
}
