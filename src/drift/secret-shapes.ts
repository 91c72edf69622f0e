/** What stands where a secret was; Terraform's own words for it. */
export const HIDDEN = "(sensitive value)";

/** Attributes that hold a secret whatever Terraform's masks say, as those of a plan by another version may not. */
const SECRET_NAME =
  /^(authorization_url|invitation_url|ou_link_token|authorization|code|(.*_)?(token|access_key|connection_string|webhook_url)|.*(secret|passw(or)?d|passphrase|api_?key|private_key).*)$/i;

/** What may be a URL, with what stands before it. */
const NO_SPACE = /[^\s"'<>]+/g;

/**
 * Hosts and paths of URLs that are secrets: who has an authorization URL may approve in the name of the organization,
 * and who has a chat's webhook may write there.
 */
const SECRET_PLACE = new RegExp(
  [
    "/organizational_unit_oauth\\b",
    "/invitations/.",
    // Discord, Mattermost, Teams and others.
    "/(?:web)?hooks?(?:b2)?/[\\w@-]{8}",
    "\\bhooks\\.(?:slack|zapier)\\.com/.",
    "\\b(?:webhook\\.office|logic\\.azure|api\\.powerplatform)\\.com(?::\\d+)?/.",
    "\\bchat\\.googleapis\\.com/v1/spaces/.",
    "\\bapi\\.telegram\\.org/bot.",
    "\\bmaker\\.ifttt\\.com/.",
    "\\bhook\\.[\\w.]{0,30}make\\.com/.",
    "\\bevents\\.pagerduty\\.com/integration/.",
  ].join("|"),
  "i",
);

/** Tokens that are known by how they begin, as their issuers want it. Kept by hand: whoever meets another adds it. */
const TOKENS = [
  // AWS
  "A(?:BIA|CCA|KIA|SIA)[A-Z0-9]{16,}",
  // GitHub, GitLab, Atlassian and Bitbucket
  "gh[oprsu]_\\w{30,}",
  "github_pat_\\w{30,}",
  "gl(?:agent|cbt|dt|ffct|ft|imt|oas|pat|ptt|rt|rtr|soat|wt)-[\\w.-]{20,}",
  "GR1348941[\\w-]{20,}",
  "AT(?:ATT3|BB|CTT3)[\\w=-]{20,}",
  // Slack
  "xox[abceoprs]-[\\w-]{10,}",
  "xapp-[\\w-]{10,}",
  // Google
  "AIza[\\w-]{30,}",
  "ya29\\.[\\w-]{20,}",
  "GOCSPX-[\\w-]{20,}",
  // Azure
  "[\\w~.-]{3}8Q~[\\w~.-]{31,34}",
  // HashiCorp, Pulumi, Doppler, 1Password, age
  "hv[brs]\\.[\\w-]{20,}",
  "[A-Za-z0-9]{14}\\.atlasv1\\.[\\w-]{20,}",
  "pul-[a-f0-9]{40}",
  "dp\\.(?:audit|ct|pt|sa|scim|st)\\.[\\w.-]{30,}",
  "ops_eyJ[\\w+/=-]{50,}",
  "AGE-SECRET-KEY-1[A-Z0-9]{50,}",
  // Stripe, Shopify, SendGrid, Mailgun
  "[rs]k_(?:live|test)_\\w{10,}",
  "whsec_[\\w+/=]{20,}",
  "shp(?:at|ca|pa|ss)_[a-fA-F0-9]{32}",
  "SG\\.[\\w-]{16,64}\\.[\\w-]{16,}",
  "key-[a-f0-9]{32}",
  // npm, PyPI, RubyGems, Docker
  "npm_[A-Za-z0-9]{30,}",
  "pypi-[\\w-]{50,}",
  "rubygems_[a-f0-9]{40,}",
  "dckr_(?:oat|pat)_[\\w-]{20,}",
  // DigitalOcean, Heroku, Databricks, PlanetScale, Supabase
  "do[oprt]_v1_[a-f0-9]{40,}",
  "HRKU-[\\w-]{30,}",
  "dapi[a-f0-9]{32}",
  "pscale_[a-z]{2,10}_[\\w.-]{20,}",
  "sbp_[a-f0-9]{40}",
  // Grafana, Sentry, New Relic, Dynatrace, Postman, Linear, Notion, Figma
  "gl(?:c|sa)_[\\w+/=]{20,}",
  "sntry[su]_[\\w+/=-]{30,}",
  "NRAK-[A-Z0-9]{20,}",
  "dt0[a-z]\\d\\d\\.[A-Z0-9]{24}\\.[A-Z0-9]{30,}",
  "PMAK-[\\w-]{50,}",
  "lin_api_\\w{30,}",
  "ntn_\\w{30,}",
  "figd_[\\w-]{30,}",
  // OpenAI, Anthropic, Hugging Face
  "sk-(?:admin|ant|or|proj|svcacct)-[\\w-]{20,}",
  "sk-[A-Za-z0-9]{40,}",
  "hf_[A-Za-z]{30,}",
  // A signed or an encrypted token (JWT), such as the state of an authorization.
  "eyJ[\\w-]{5,1000}\\.[\\w-]*\\.[\\w-]*(?:\\.[\\w-]*){0,2}",
].join("|");

/** What a secret is called, with what stands between its name and itself. */
const NAMED =
  "((?:token|secret|passw(?:or)?d|passphrase|pwd|(?:api|access|account|private|signing)[_-]?key)\\\\?[\"']?\\s*[:=]\\s*";
const NOT_HIDDEN = "(?!\\(sensitive)";

/**
 * Further texts that are secrets wherever they stand, with what is kept of them. Each begins with a fixed text: one that may
 * begin anywhere in a word looks at a long word once for each of its letters.
 */
const SECRET_SHAPES: readonly (readonly [shape: RegExp, kept: string])[] = [
  [/-----BEGIN [A-Z ]{0,40}PRIVATE KEY[^]*?(?:-----END [A-Z ]{0,40}PRIVATE KEY(?: BLOCK)?-----|$)/g, HIDDEN],
  [/\b(bearer|basic)\s+[\w.~+/=-]{8,}/gi, `$1 ${HIDDEN}`],
  [new RegExp(`(?<![A-Za-z0-9])(?:${TOKENS})`, "g"), HIDDEN],
  [new RegExp(`${NAMED}\\\\?")${NOT_HIDDEN}[^"]{4,}`, "gi"), `$1${HIDDEN}`],
  [new RegExp(`${NAMED}')${NOT_HIDDEN}[^']{4,}`, "gi"), `$1${HIDDEN}`],
  [new RegExp(`${NAMED})${NOT_HIDDEN}[^\\s"',;&}\\\\]{4,}`, "gi"), `$1${HIDDEN}`],
  [/([?&](?:code|state|sig|[\w-]{0,40}(?:token|signature|credential))=)[^\s"'&<>]+/gi, `$1${HIDDEN}`],
  // The user of a URL, such as that of a database; a password may hold what ends the host.
  [/:\/\/(?:[^\s/"']+|[^\s/"':@]+:(?!\d{1,5}\/)[^\s"'@]{1,200})@/g, `://${HIDDEN}@`],
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
  if (colon === -1 || !SECRET_PLACE.test(text)) return text;
  let start = colon;
  while (/[a-z0-9+.-]/i.test(text.charAt(start - 1))) start--;
  return text.slice(0, start) + HIDDEN;
}
