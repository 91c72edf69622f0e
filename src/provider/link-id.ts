import { isDataCenterId } from "../cronofy";
import type { DataCenterId } from "../cronofy";
import { DiagnosticError, known } from "../plugin";
import type { Path } from "../plugin";
import type { Cronofy } from "./cronofy";

/** Which link is meant, as far as a text says it. */
export interface LinkId {
  /** Null where the text leaves it to the provider. */
  readonly dataCenter: DataCenterId | null;
  readonly serviceAccountId: string;
}

/** Reads `<data center>/<service account>`, or a service account alone; null where the text is neither. */
export function parseLinkId(text: string): LinkId | null {
  const parts = text.split("/");
  const [serviceAccountId, dataCenter = null] = parts.reverse();
  if (!serviceAccountId || parts.length > 2 || (dataCenter !== null && !isDataCenterId(dataCenter))) return null;
  return { dataCenter, serviceAccountId };
}

/**
 * Holds that a link belongs to the provider's data center: ids and credentials of one mean nothing in another.
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
  const [center = ""] = (id ?? "").split("/");
  throw new DiagnosticError({
    summary: "Link of another data center",
    detail:
      `${id ?? "This link"} belongs to the data center ${JSON.stringify(center)}, but the provider is configured for ` +
      `${JSON.stringify(expected.value.split("/")[0])}. Use a provider configuration with data_center = ` +
      `${JSON.stringify(center)} for it (an alias), or destroy it there first.`,
    path,
  });
}
