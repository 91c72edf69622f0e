import { randomBytes } from "node:crypto";
import type { Declaration, Declared } from "../../link-store";
import type { Diagnostic, ResourceCall } from "../../plugin";
import type { Cronofy, Observation } from "../cronofy";
import { diagnosed } from "../cronofy-diagnostics";
import type { LinkState, PlannedLink } from "./link-schema";

/** What a resource instance keeps of its declaration beside its state. */
interface Kept {
  /** Tells this instance from every other that declares the same link. */
  readonly id: string;
  /** Whether a store has recorded it. If so, a missing record was lost, or lies in another store. */
  readonly isRecorded: boolean;
  /** Whether the instance was imported, and nothing has been applied to it since. */
  readonly isImported: boolean;
  /** Whether the link belonged to another declaration when its record was last looked at. */
  readonly isDisplaced?: boolean;
}

/** Key and value are short, because Terraform writes them into its state after each object. */
const KEY = "own";

/** The declaration of a link that one resource instance is. */
export const OwnDeclaration = {
  /** Null where the instance was made by an import, and no record was found yet. */
  of(privateState: ResourceCall["private"]): Kept | null {
    const kept = privateState.get(KEY);
    // A state that was edited by hand may have anything there.
    const { id, ...unusual } = typeof kept === "string" ? { id: kept } : { ...(kept as Partial<Kept> | null) };
    return typeof id === "string" ? { id, isRecorded: true, isImported: false, ...unusual } : null;
  },

  keep(privateState: ResourceCall["private"], { id, isRecorded, isImported, isDisplaced = false }: Kept): void {
    const unusual = {
      ...(!isRecorded && { isRecorded }),
      ...(isImported && { isImported }),
      ...(isDisplaced && { isDisplaced }),
    };
    privateState.set(KEY, Object.keys(unusual).length === 0 ? id : { id, ...unusual });
  },
};

function newId(): string {
  return randomBytes(16).toString("base64url");
}

/** Where and when a link was declared, such as `2026-03-01T10:00:00.000Z (build-7:/srv/links)`. */
export function placeAndTime({ at, place }: Declaration): string {
  return place === null ? at : `${at} (${place})`;
}

/**
 * Keeps what the record says of the declaration. An import takes over the recorded declaration: whoever made it no
 * longer declares the link.
 */
export function keepDeclaration(
  call: ResourceCall,
  own: ReturnType<typeof OwnDeclaration.of>,
  observation: Observation,
): void {
  const link = "link" in observation ? observation.link : null;
  const recorded = link?.declaration?.id;
  if (own !== null && link !== null) {
    const isDisplaced = recorded !== undefined && recorded !== own.id;
    OwnDeclaration.keep(call.private, { ...own, isRecorded: true, isDisplaced });
  } else if (own === null && observation.kind !== "unavailable") {
    OwnDeclaration.keep(call.private, { id: recorded ?? newId(), isRecorded: link !== null, isImported: true });
  }
}

/** Records that the link is declared by this instance, and tells where another one declared it. */
export async function declare(
  planned: PlannedLink,
  { asksAnew }: { readonly asksAnew: boolean },
  cronofy: Cronofy,
  call: ResourceCall,
): Promise<Declared | null> {
  const id = OwnDeclaration.of(call.private)?.id ?? newId();
  const { service_account_id: account, conferencing_provider_name: name } = planned;
  const what = { declarationId: id, conferencingProviderName: name, asksAnew };
  const declared = await diagnosed(() => cronofy.declare(account, what, call.signal));
  OwnDeclaration.keep(call.private, { id, isRecorded: declared !== null, isImported: false });
  const earlier = declared?.earlier ?? null;
  if (earlier?.ended === null && earlier.declaration !== null && earlier.declaration.id !== id) {
    call.warn({
      summary: "Link was declared already",
      detail:
        `${account} was declared at ${placeAndTime(earlier.declaration)}, and belongs to this declaration from now on. If ` +
        "this one replaces that one, or that apply never finished, all is well. Otherwise remove one of the two: " +
        "destroying the other leaves the link alone.",
      path: ["service_account_id"],
    });
  }
  return declared;
}

/** What the person who destroys a link should know of its end; null where all went as planned. */
export function endingToTell(
  state: LinkState,
  ending: Awaited<ReturnType<Cronofy["end"]>>,
  keeps: boolean,
  cronofy: Cronofy,
): Diagnostic | null {
  const link = state.id ?? "the link";
  switch (ending.kind) {
    case "kept":
      return {
        summary: "Authorization kept",
        detail: `The authorization of ${link} and its record stay, as on_destroy = "keep" asks.`,
      };
    case "revoked":
    case "ended":
      if (ending.redeemingSince === undefined) return null;
      return {
        summary: "A redemption never ended",
        detail:
          `An administrator of ${link} came back at ${ending.redeemingSince}, and nobody recorded what came of it: an ` +
          "authorization may exist at Cronofy that nothing here can revoke. Cronofy's support can end it.",
      };
    case "declared-elsewhere":
      return {
        summary: "Link left alone",
        detail:
          `${link} belongs to another declaration, made at ${placeAndTime(ending.declaration)}. This one is gone; the ` +
          "authorization and its record stay with that one.",
      };
    case "not-recorded":
    case "no-store": {
      if (state.linked_at === null) return null;
      const where =
        ending.kind === "no-store" || cronofy.store === null
          ? "no link_store is configured"
          : `${cronofy.store.description} has no record of it`;
      return {
        summary: keeps ? "Authorization kept" : "Authorization not revoked",
        detail:
          `${link} was linked, and ${where}, so nothing was revoked: the authorization goes on. To revoke it, import the ` +
          "link with the link_store that the link service uses, and destroy it there.",
      };
    }
    default:
      return null;
  }
}
