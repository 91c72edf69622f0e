import { configuration, raiseStage } from "./stage";
import type { Stage, StageOptions } from "./stage";

/** The address of the link that an administrator has made. */
export const LINKED = "cronofy_organizational_unit_link.linked";

/** The address of the link that still waits for its administrator. */
export const PENDING = "cronofy_organizational_unit_link.pending";

/** The one call that mints. */
export const LINK_TOKENS = ["POST", "/v1/organizational_unit_authorization_link_tokens"] as const;

/** The call by which tokens are refreshed, and codes redeemed. */
export const TOKEN = ["POST", "/oauth/token"] as const;

/** The call by which Cronofy answers for an authorization. */
export const USER_INFO = ["GET", "/v1/userinfo"] as const;

/** A stage with one link that is linked and one that is pending, both as their states say. */
export interface TwoLinks extends Stage {
  /** The service account of the linked one; the stage's own is that of the pending one. */
  readonly linkedServiceAccountId: string;
  /** Plans, expects nothing to be proposed, and tells what the plan knows of both links and what Terraform said. */
  planNothing(): Promise<Outlook>;
  /** Whatever must not be seen: the client secret, link tokens, and the tokens of the linked one. */
  secrets(): Promise<readonly string[]>;
}

/** What a plan that proposes nothing shows. */
export interface Outlook {
  readonly linked: Readonly<Record<string, unknown>>;
  readonly pending: Readonly<Record<string, unknown>>;
  /** Terraform's output in one line. */
  readonly message: string;
  readonly warnings: number;
}

/** Sets such a stage, at which no request is repeated: what goes wrong shows at once. Its URLs live for weeks. */
export async function raiseTwoLinks({ env, ...options }: Partial<StageOptions> = {}): Promise<TwoLinks> {
  const stage = await raiseStage({ provider: "attached", ...options, env: { CRONOFY_MAX_RETRIES: "0", ...env } });
  try {
    return await withTwoLinks(stage);
  } catch (error) {
    await stage.close();
    throw error;
  }
}

async function withTwoLinks(stage: Stage): Promise<TwoLinks> {
  const linkedServiceAccountId = stage.sandbox.service_accounts[1]?.service_account_id ?? "";
  const { terraform } = stage;
  await terraform.apply({ configuration: twoLinks(stage, linkedServiceAccountId) });
  const first = await terraform.state();
  const page = await stage.authorize(first.resource(LINKED).values["authorization_url"]);
  if (page.status !== 200) throw new Error(`The link service answered ${page.status}.`);
  await terraform.refresh();
  const state = await terraform.state();
  const linkTokens = [first.resource(LINKED), state.resource(PENDING)].map(({ values }) =>
    String(values["ou_link_token"]),
  );

  return {
    ...stage,
    linkedServiceAccountId,
    async planNothing() {
      const { plan, stdout, message } = await terraform.plan({ expectActions: {} });
      if (!plan.isEmpty) throw new Error(`The plan is not empty:\n${plan.describe()}`);
      return {
        linked: plan.change(LINKED).after ?? {},
        pending: plan.change(PENDING).after ?? {},
        message,
        warnings: stdout.match(/Warning: /g)?.length ?? 0,
      };
    },
    async secrets() {
      const record = await stage.authorizations.read(stage.keyOf(linkedServiceAccountId));
      const tokens = [record?.tokens?.refreshToken, record?.tokens?.accessToken].flatMap((token) =>
        token ? [token.reveal()] : [],
      );
      return [stage.sandbox.client_secret, ...linkTokens, ...tokens];
    },
  };
}

function twoLinks(stage: Stage, linkedServiceAccountId: string): string {
  const [requirements = ""] = configuration(stage).split("resource ");
  const link = (name: string, serviceAccountId: string) => `
resource "cronofy_organizational_unit_link" "${name}" {
  service_account_id  = ${JSON.stringify(serviceAccountId)}
  redirect_uri        = ${JSON.stringify(stage.callbackUrl)}
  link_token_lifetime = "500h"
}
`;
  return requirements + link("linked", linkedServiceAccountId) + link("pending", stage.serviceAccountId);
}
