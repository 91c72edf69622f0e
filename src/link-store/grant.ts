import { LINK_SCOPE } from "../cronofy";

/** What Cronofy says of an authorization. */
export interface Grant {
  /** Separated by spaces; empty where it is not told. */
  readonly scope: string;
  readonly sub: string | null;
  /** Where it is a person's calendar account. */
  readonly accountId?: string | null;
  /** Where it is a service account. */
  readonly serviceAccountId?: string | null;
  /** Cronofy's name for the kind of subject. */
  readonly type?: string | null;
}

/** How a `sub` begins that is no Organizational Unit's. How a unit's begins is not documented. */
const OTHER_SUBJECTS = {
  acc_: "a person's calendar account",
  apc_: "an application calendar",
  ser_: "a service account",
  res_: "a resource",
} as const;

const OTHER_TYPES: Readonly<Record<string, string>> = {
  account: OTHER_SUBJECTS.acc_,
  application_calendar: OTHER_SUBJECTS.apc_,
  service_account: OTHER_SUBJECTS.ser_,
};

/**
 * Why an authorization cannot be that of a service account's Organizational Unit, as in "it is …"; null where nothing
 * speaks against it. What Cronofy leaves out is no reason.
 */
export function grantProblem(grant: Grant, serviceAccountId: string): string | null {
  const { scope, sub, accountId, type } = grant;
  if (accountId) return `it is for ${OTHER_SUBJECTS.acc_}, ${accountId}`;
  if (grant.serviceAccountId && grant.serviceAccountId !== serviceAccountId) {
    return `it is for another service account, ${grant.serviceAccountId}`;
  }
  const prefix = sub?.slice(0, 4) ?? "";
  if (sub !== null && Object.hasOwn(OTHER_SUBJECTS, prefix)) {
    return `it is for ${OTHER_SUBJECTS[prefix as keyof typeof OTHER_SUBJECTS]}, ${sub}`;
  }
  if (type && Object.hasOwn(OTHER_TYPES, type)) return `it is for ${String(OTHER_TYPES[type])}`;
  if (scope !== "" && !scope.split(" ").includes(LINK_SCOPE)) {
    return `it is for ${JSON.stringify(scope)}, without ${LINK_SCOPE}`;
  }
  return null;
}
