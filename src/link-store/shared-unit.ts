/** What of a link is looked at. */
export interface LinkedUnit {
  readonly dataCenter: string;
  readonly clientId: string;
  readonly serviceAccountId: string;
  readonly authorization: { readonly organizationalUnitId: string | null } | null;
}

/**
 * Says where the Organizational Unit of a link is recorded for other service accounts of the same application too: they
 * may be of one organization, or somebody chose the wrong unit.
 *
 * @param links all that are known, the link itself among them or not.
 * @returns one or two sentences for an operator; null where no other has it.
 */
export function sharedUnit(link: LinkedUnit, links: readonly LinkedUnit[]): string | null {
  const unit = link.authorization?.organizationalUnitId ?? null;
  if (unit === null) return null;
  const others = links
    .filter(
      ({ dataCenter, clientId, serviceAccountId, authorization }) =>
        dataCenter === link.dataCenter &&
        clientId === link.clientId &&
        serviceAccountId !== link.serviceAccountId &&
        authorization?.organizationalUnitId === unit,
    )
    .map(({ serviceAccountId }) => serviceAccountId);
  if (others.length === 0) return null;
  return (
    `The Organizational Unit ${unit} of ${link.serviceAccountId} is recorded for ${others.join(", ")} too. Check that ` +
    "they are of one organization: else an administrator chose the wrong unit."
  );
}
