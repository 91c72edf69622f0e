import type { Grant } from "../state/authorizations";
import type { ServiceAccount } from "../state/directory";
import type { LocalCronofy } from "../state/local-cronofy";
import { textField } from "./http";
import type { RequestBody } from "./http";

/** Where a service account asks for the accounts behind it: /developers/api/enterprise-connect/delegated-access. */
export const DELEGATED_ACCESS_PATH = "/v1/service_account_authorizations";

/** One account that is asked for. */
interface AccessRequest {
  readonly email: string;
  readonly callback_url: string;
  /** Space-separated. */
  readonly scope: string;
  readonly state: string | undefined;
}

/** The requests in a body. Where a field is wrong there are none, but a reason for each such field. */
interface AccessRequests {
  readonly requests: readonly AccessRequest[];
  readonly problems: Readonly<Record<string, string>>;
}

const LIST = "service_account_authorizations";
const REQUIRED = ["email", "callback_url", "scope"] as const;
const MANAGES_ACCOUNTS = "service_account/accounts/manage";

/** Reads a single request or a list of them. A body may not have both forms. */
export function readAccessRequests(body: RequestBody): AccessRequests {
  const list = body.get(LIST);
  if (list === undefined) return readAccessRequest(body, "");
  const isMixed = REQUIRED.some((field) => body.has(field));
  if (!Array.isArray(list) || list.length === 0 || isMixed) return { requests: [], problems: { [LIST]: "invalid" } };
  const each = list.map((entry: unknown, index) => readAccessRequest(fieldsOf(entry), `${LIST}[${index}].`));
  return {
    requests: each.flatMap(({ requests }) => requests),
    problems: Object.assign({}, ...each.map(({ problems }) => problems)) as Record<string, string>,
  };
}

/** The service account that may ask for accounts by this grant. */
export function delegatorOf({ directory }: LocalCronofy, { sub, type, scope }: Grant): ServiceAccount | undefined {
  return type === "service_account" && words(scope).includes(MANAGES_ACCOUNTS)
    ? directory.serviceAccount(sub)
    : undefined;
}

/**
 * Grants the account where the scope is within the delegated one.
 * @returns the body of the callback: a code to redeem with the callback URL as redirect URI, or an error
 */
export function grantAccess(
  cronofy: LocalCronofy,
  serviceAccount: ServiceAccount,
  { email, callback_url, scope, state }: AccessRequest,
): Readonly<Record<string, unknown>> {
  const { service_account_id } = serviceAccount;
  const delegated = words(serviceAccount.delegated_scope);
  const outcome = words(scope).every((each) => delegated.includes(each))
    ? {
        code: cronofy.authorizations.issueCode(
          {
            sub: cronofy.directory.addAccount(email, serviceAccount).account_id,
            type: "account",
            scope,
            service_account_id,
          },
          callback_url,
        ),
      }
    : { error: "unable_to_grant_scope" };
  const fields = { ...outcome, ...(state === undefined ? {} : { state }) };
  return cronofy.assumptions.delegatedAccessCallback === "nested" ? { authorization: fields } : fields;
}

function readAccessRequest(body: RequestBody, path: string): AccessRequests {
  const problems: Record<string, string> = {};
  const [email = "", callback_url = "", scope = ""] = REQUIRED.map((field) => {
    const value = textField(body, field);
    if (value === undefined) problems[path + field] = "required";
    return value;
  });
  if (callback_url !== "" && !/^https?:$/.test(protocolOf(callback_url))) problems[`${path}callback_url`] = "invalid";
  if (email !== "" && !/^[^\s@]+@[^\s@]+$/.test(email)) problems[`${path}email`] = "invalid";
  if (Object.keys(problems).length > 0) return { requests: [], problems };
  return { requests: [{ email, callback_url, scope, state: textField(body, "state") }], problems };
}

function fieldsOf(entry: unknown): RequestBody {
  return new Map(typeof entry === "object" && entry !== null ? Object.entries(entry) : []);
}

function protocolOf(url: string): string {
  return URL.canParse(url) ? new URL(url).protocol : "";
}

function words(scope: string): string[] {
  return scope.split(/\s+/).filter((each) => each !== "");
}
