/** What a subject of an authorization is, in the words of userinfo's `cronofy.type`. */
export type SubjectType = "account" | "organizational_unit" | "service_account";

/** A calendar service account, authorized through Enterprise Connect before our story begins. */
export interface ServiceAccount {
  readonly service_account_id: string;
  readonly email: string;
  readonly domain: string;
  /** Calendar provider, such as `google` or `office365`. */
  readonly provider_name: string;
  /** What Enterprise Connect granted the application, space-separated. */
  readonly scope: string;
  /** The most that may be asked for the accounts behind it, space-separated. */
  readonly delegated_scope: string;
  /** Plan of the organization's Zoom account; Zoom's Free plan cannot be connected. */
  zoom_plan: ZoomPlan;
  /** E-mail addresses of the conferencing service's users; null where it knows every account behind this one. */
  readonly conferencing_users: readonly string[] | null;
  /** False once it was revoked: it then counts as unknown. */
  authorized: boolean;
}

/** Plan of a Zoom account, as far as Enterprise Conferencing cares. */
export type ZoomPlan = "free" | "paid";

/** A person's calendar account, provisioned through a service account. */
export interface Account {
  readonly account_id: string;
  readonly service_account_id: string;
  readonly email: string;
  readonly name: string;
}

/** The entity that ties service accounts to conferencing services. */
export interface OrganizationalUnit {
  readonly organizational_unit_id: string;
  readonly domain: string;
  readonly links: ConferencingLink[];
}

/** One service account joined to one conferencing service. */
export interface ConferencingLink {
  readonly service_account_id: string;
  readonly conferencing_provider_name: string;
}

/** What `POST /v1/organizational_unit_authorization_link_tokens` made. */
export interface LinkToken {
  readonly ou_link_token: string;
  readonly service_account_id: string;
  /** Milliseconds since the epoch. */
  readonly expires_at: number;
  opened: boolean;
  used: boolean;
}

/** What an administrator, or a person, granted: on whom, and what for. */
export interface Grant {
  readonly sub: string;
  readonly type: SubjectType;
  readonly scope: string;
  /** The service account itself, the one a unit was linked for, or the one an account came from. */
  readonly service_account_id: string;
}

/** A grant that was redeemed and is not revoked. */
export interface Authorization {
  readonly authorization_id: string;
  readonly grant: Grant;
  refresh_token: string;
}
