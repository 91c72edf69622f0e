import type { Grant } from "../state/authorizations";
import { derivedId } from "../state/clock-and-ids";
import type { Account, ServiceAccount } from "../state/directory";
import type { LocalCronofy } from "../state/local-cronofy";

/** The body of `GET /v1/userinfo` for the subject of a grant, or undefined where the subject is gone. */
export function userInfo(cronofy: LocalCronofy, grant: Grant): Readonly<Record<string, unknown>> | undefined {
  const authorization = { scope: grant.scope, status: "active" };
  switch (grant.type) {
    case "organizational_unit":
      // Nothing of this shape is documented. It follows the pattern of the other two.
      return {
        sub: grant.sub,
        "cronofy.type": "organizational_unit",
        "cronofy.data": { organizational_unit: {}, authorization },
        ...cronofy.assumptions.organizationalUnitUserInfo,
      };
    case "service_account": {
      const found = cronofy.directory.serviceAccount(grant.sub);
      return found && serviceAccountInfo(found, authorization);
    }
    case "account": {
      const found = cronofy.directory.account(grant.sub);
      return found && accountInfo(cronofy, found, authorization);
    }
  }
}

function serviceAccountInfo(
  { service_account_id, email, provider_name, domain, delegated_scope }: ServiceAccount,
  authorization: object,
) {
  return {
    sub: service_account_id,
    email,
    "cronofy.type": "service_account",
    "cronofy.data": {
      service_account: { provider_name, domain },
      authorization: { ...authorization, delegated_scope },
    },
  };
}

function accountInfo(cronofy: LocalCronofy, account: Account, authorization: object) {
  const { account_id, service_account_id, email, name } = account;
  const provider_name = cronofy.directory.serviceAccount(service_account_id)?.provider_name ?? "google";
  return {
    sub: account_id,
    email,
    name,
    zoneinfo: "Etc/UTC",
    "cronofy.type": "account",
    "cronofy.data": {
      authorization,
      profiles: [
        {
          provider_name,
          profile_id: derivedId("pro", account_id, provider_name),
          profile_name: email,
          profile_connected: true,
          profile_initial_sync_required: false,
          profile_calendars: [],
        },
      ],
      conferencing_profiles: conferencingProfiles(cronofy, account),
    },
  };
}

function conferencingProfiles(cronofy: LocalCronofy, { account_id, service_account_id, email }: Account) {
  if (!isKnownToConferencing(cronofy, service_account_id, email)) return [];
  return cronofy.directory.linksOf(service_account_id).map(({ conferencing_provider_name: linked }) => ({
    provider_name: cronofy.assumptions.conferencingProfileProviderNames[linked] ?? linked,
    profile_id: derivedId("pro", account_id, linked),
    profile_name: email,
    profile_connected: true,
  }));
}

/** Whether the e-mail address matches a user of the organization's conferencing service. */
function isKnownToConferencing({ assumptions, directory }: LocalCronofy, serviceAccountId: string, email: string) {
  const users = directory.serviceAccount(serviceAccountId)?.conferencing_users ?? null;
  if (users === null) return true;
  const form = (address: string) => (assumptions.emailMatchIgnoresCase ? address.toLowerCase() : address);
  return users.some((each) => form(each) === form(email));
}
