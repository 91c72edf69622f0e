/** The type of the resource that declares a link. */
export const LINK_TYPE = "cronofy_organizational_unit_link";

/** How an administrator is brought: by an invitation that lasts, or by a URL that is minted when Terraform applies. */
export const AUTHORIZE_WITH = ["invitation", "url"] as const;
export type AuthorizeWith = (typeof AUTHORIZE_WITH)[number];

/** When an authorization URL that has lapsed unused is minted anew. */
export const REMINT = ["when_stale", "never"] as const;

/** What becomes of the authorization when its link is destroyed. */
export const ON_DESTROY = ["revoke", "keep"] as const;

/** What a link does where its configuration says nothing. That a token works for ten minutes is an assumption. */
export const LINK_DEFAULTS = { link_token_lifetime: "10m", remint: "when_stale", on_destroy: "revoke" } as const;

/** What minting sets. */
export const MINTED_ATTRIBUTES = ["authorization_url", "ou_link_token", "minted_at", "assumed_expires_at"] as const;

/** What becomes null once the URL is used or has lapsed. */
export const LAPSING_ATTRIBUTES = ["authorization_url", "ou_link_token", "assumed_expires_at"] as const;

/** What follows from whether an administrator is awaited. */
export const AWAITING_ATTRIBUTES = [
  "status",
  "linked",
  "authorization_required",
  "awaited_since",
  "next_action",
] as const;
