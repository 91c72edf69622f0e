/** What stands where a secret was; Terraform's own words for it. */
export const HIDDEN = "(sensitive value)";

/** Attributes that hold a secret whatever Terraform's masks say, as those of a plan by another version may not. */
const SECRET_NAME =
  /^(authorization_url|invitation_url|ou_link_token|authorization|code|.*(access|refresh|link|bearer|id)_token|.*(secret|passw(or)?d|api_?key|private_key).*)$/i;

/** What may be a URL, with what stands before it. */
const NO_SPACE = /[^\s"'<>]+/g;

/** Paths of URLs that are secrets: who has an authorization URL may approve in the name of the organization. */
const SECRET_PATH = /\/organizational_unit_oauth\b|\/invitations\/./i;

/**
 * Further texts that are secrets wherever they stand, with what is kept of them. Each begins with a fixed text: one that may
 * begin anywhere in a word looks at a long word once for each of its letters.
 */
const SECRET_SHAPES: readonly (readonly [shape: RegExp, kept: string])[] = [
  [/\b(bearer|basic)\s+[\w.~+/=-]{8,}/gi, `$1 ${HIDDEN}`],
  // A signed token, such as the state of an authorization.
  [/\beyJ[\w-]{5,1000}\.[\w-]{5,}\.[\w-]*/g, HIDDEN],
  [/((?:token|secret|password|passwd|api[_-]?key)["']?\s*[:=]\s*["']?)(?!\(sensitive)[^\s"',;&}]{4,}/gi, `$1${HIDDEN}`],
  [/([?&](?:code|state|ou_link_token)=)[^\s"'&<>]+/gi, `$1${HIDDEN}`],
  // The user of a URL, such as that of a database.
  [/:\/\/[^\s/"']+@/g, `://${HIDDEN}@`],
];

/** Whether an attribute of this name is a secret whatever is in it. */
export function isSecretName(name: string): boolean {
  return SECRET_NAME.test(name);
}

/** A text without what has the shape of a secret. */
export function withoutSecretShapes(text: string): string {
  let safe = text.replace(NO_SPACE, withoutSecretUrl);
  for (const [shape, kept] of SECRET_SHAPES) safe = safe.replace(shape, kept);
  return safe;
}

function withoutSecretUrl(text: string): string {
  const colon = text.indexOf("://");
  if (colon === -1 || !SECRET_PATH.test(text.slice(colon + 3))) return text;
  let start = colon;
  while (/[a-z0-9+.-]/i.test(text.charAt(start - 1))) start--;
  return text.slice(0, start) + HIDDEN;
}
