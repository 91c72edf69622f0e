/** What stands where a secret was; Terraform's own words for it. */
export const HIDDEN = "(sensitive value)";

/** Attributes that hold a secret whatever Terraform's masks say, as those of a plan by another version may not. */
const SECRET_NAME =
  /^(authorization_url|invitation_url|ou_link_token|authorization|code|.*(access|refresh|link|bearer|id)_token|.*(secret|passw(or)?d|api_?key|private_key).*)$/i;

/** Texts that are secrets wherever they stand, with what is kept of them. */
const SECRET_SHAPES: readonly (readonly [shape: RegExp, kept: string])[] = [
  // An authorization URL: whoever has it may approve in the name of the organization.
  [/\b[a-z][a-z0-9+.-]*:\/\/[^\s"'<>]*\/organizational_unit_oauth\b[^\s"'<>]*/gi, HIDDEN],
  [/\b[a-z][a-z0-9+.-]*:\/\/[^\s"'<>]*\/invitations\/[^\s"'<>]+/gi, HIDDEN],
  [/\b(bearer|basic)\s+[\w.~+/=-]{8,}/gi, `$1 ${HIDDEN}`],
  // A signed token, such as the state of an authorization.
  [/\beyJ[\w-]{5,}\.[\w-]{5,}\.[\w-]*/g, HIDDEN],
  [
    /(\b[\w-]*(?:token|secret|password|passwd|api_?key)["']?\s*[:=]\s*["']?)(?!\(sensitive)[^\s"',;&}]{4,}/gi,
    `$1${HIDDEN}`,
  ],
  [/([?&](?:code|state|ou_link_token)=)[^\s"'&<>]+/gi, `$1${HIDDEN}`],
  // The user of a URL, such as that of a database.
  [/(\b[a-z][a-z0-9+.-]*:\/\/)[^\s/@"']+@/gi, `$1${HIDDEN}@`],
];

/** Whether an attribute of this name is a secret whatever is in it. */
export function isSecretName(name: string): boolean {
  return SECRET_NAME.test(name);
}

/** A text without what has the shape of a secret. */
export function withoutSecretShapes(text: string): string {
  let safe = text;
  for (const [shape, kept] of SECRET_SHAPES) safe = safe.replace(shape, kept);
  return safe;
}
