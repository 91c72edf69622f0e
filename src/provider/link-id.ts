import { isDataCenterId } from "../cronofy";
import { parseLinkId } from "../link";
import type { LinkId } from "../link";
import { DiagnosticError, known } from "../plugin";
import type { Path } from "../plugin";
import type { Cronofy } from "./cronofy";

/** Reads the id of a link as a person writes it; null also where there is no such data center. */
export function linkIdFrom(text: string): LinkId | null {
  const link = parseLinkId(text);
  return link === null || link.dataCenter === null || isDataCenterId(link.dataCenter) ? link : null;
}

/**
 * Requires that a link belongs to the provider's data center: ids and credentials of one mean nothing in another.
 *
 * @param id the link's, in full.
 * @param path the attribute to blame.
 * @throws DiagnosticError where it belongs to another one.
 */
export function requireOwnDataCenter(
  id: string | null,
  serviceAccountId: string,
  cronofy: Pick<Cronofy, "linkId">,
  path: Path,
): void {
  const expected = cronofy.linkId(known(serviceAccountId));
  if (expected.kind !== "known" || expected.value === id) return;
  const center = parseLinkId(id ?? "")?.dataCenter ?? "";
  throw new DiagnosticError({
    summary: "Link of another data center",
    detail:
      `${id ?? "This link"} belongs to the data center ${JSON.stringify(center)}, but the provider is configured for ` +
      `${JSON.stringify(parseLinkId(expected.value)?.dataCenter)}. Use a provider configuration with data_center = ` +
      `${JSON.stringify(center)} for it (an alias), or destroy it there first.`,
    path,
  });
}
