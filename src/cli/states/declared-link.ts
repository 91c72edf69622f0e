import { LINK_TYPE } from "../../drift";
import type { StateResource } from "../../drift";
import type { StateReading } from "./state-sources";

/** A link as a state records it. Holds no secret, but for what is asked of it by name. */
export interface DeclaredLink {
  /** Where the state was read from. */
  readonly source: string;
  /** Terraform's address of it. */
  readonly address: string;
  /** The address without the resource's type: `acme`, `module.emea.customers["acme"]`. */
  readonly name: string;
  readonly serviceAccountId: string;
  readonly dataCenter: string;
  readonly status: string;
  /** It waits, and the assumed lifetime of its authorization URL is over: the state does not know yet what came of it. */
  readonly lapsed: boolean;
  /** When it came to be what it is, in RFC 3339; null where no state tells. */
  readonly since: string | null;
  readonly nextAction: string;
  readonly conferencingProviderName: string | null;
  readonly organizationalUnitId: string | null;
  readonly mintedAt: string | null;
  readonly assumedExpiresAt: string | null;
  readonly linkedAt: string | null;
  /** The secret URL of one kind; null where there is none. */
  url(kind: UrlKind): string | null;
}

/** Cronofy's own page, which lapses in minutes, or the link service's, which does not. */
export type UrlKind = "authorization" | "invitation";

/** The links of a state, in Terraform's order. */
export function linksOf(reading: Extract<StateReading, { state: unknown }>, now: Date): DeclaredLink[] {
  return reading.state.resources
    .filter(({ mode, type }) => mode === "managed" && type === LINK_TYPE)
    .map((resource) => declaredLink(reading.source, resource, now));
}

function declaredLink(source: string, resource: StateResource, now: Date): DeclaredLink {
  const text = (attribute: string) => {
    const value = resource.values[attribute];
    return typeof value === "string" && value !== "" ? value : null;
  };
  const status = text("status") ?? "unknown";
  const mintedAt = text("minted_at");
  const assumedExpiresAt = text("assumed_expires_at");
  const linkedAt = text("linked_at");
  const lapsed = status === "pending" && assumedExpiresAt !== null && Date.parse(assumedExpiresAt) <= now.getTime();
  return {
    source,
    address: resource.address,
    name: resource.address.replace(`${LINK_TYPE}.`, ""),
    serviceAccountId: text("service_account_id") ?? "",
    dataCenter: text("id")?.split("/")[0] ?? "",
    status,
    lapsed,
    since: { pending: mintedAt, stale: assumedExpiresAt, linked: linkedAt }[status] ?? null,
    nextAction: lapsed
      ? "Apply: that reads back whether the administrator has finished, and mints a new URL if not."
      : (text("next_action") ?? ""),
    conferencingProviderName: text("conferencing_provider_name"),
    organizationalUnitId: text("organizational_unit_id"),
    mintedAt,
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
    service_account_id: link.serviceAccountId,
    data_center: link.dataCenter,
    status: link.status,
    lapsed: link.lapsed,
    since: link.since,
    next_action: link.nextAction,
    conferencing_provider_name: link.conferencingProviderName,
    organizational_unit_id: link.organizationalUnitId,
    minted_at: link.mintedAt,
    assumed_expires_at: link.assumedExpiresAt,
    linked_at: link.linkedAt,
  };
}
