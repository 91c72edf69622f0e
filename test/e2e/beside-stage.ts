import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { signOAuthState } from "../../src/link-store";
import { CronofyClient, Secret, authorizationUrl } from "../../src/cronofy";
import { ECHO_ADDRESS, TerraformTest, echoProvider } from "../../src/plugin/testing";
import { PROVIDER_ADDRESS } from "../../src/provider/address";
import { cronofyHandlers } from "../../src/provider/provider";
import { raiseStage } from "./stage";
import type { Stage } from "./stage";

/** A stage for what stands beside the link: its provider also sleeps by the stage's clock, and another one echoes. */
export interface BesideStage extends Omit<Stage, "terraform" | "authorize" | "link"> {
  readonly terraform: TerraformTest;
  /** Links a service account's unit, without Terraform. */
  linkUnit(serviceAccountId: string): Promise<void>;
  /** The administrator of an authorization URL approves, and returns to the link service. */
  authorize(url: unknown): Promise<void>;
}

/** What every configuration of such a stage starts with. */
export const REQUIRED_PROVIDERS = `
terraform {
  required_providers {
    cronofy = {
      source = "ou-link/cronofy"
    }
    echo = {
      source = "test/echo"
    }
  }
}
`;

/** Sets such a stage, with nothing declared. `env` replaces environment variables of the provider; undefined removes one. */
export async function raiseBesideStage(env: Readonly<Record<string, string | undefined>> = {}): Promise<BesideStage> {
  const stage = await raiseStage({ provider: "attached" });
  const { sandbox, clock } = stage;
  const directory = await mkdtemp(path.join(tmpdir(), "ou-link-beside-"));
  const terraform = await TerraformTest.create({
    directory,
    configuration: REQUIRED_PROVIDERS,
    attached: {
      [PROVIDER_ADDRESS]: cronofyHandlers({
        env: {
          CRONOFY_DATA_CENTER: "us",
          CRONOFY_CLIENT_ID: sandbox.client_id,
          CRONOFY_CLIENT_SECRET: sandbox.client_secret,
          CRONOFY_API_URL: sandbox.api_url,
          CRONOFY_APP_URL: sandbox.app_url,
          OU_LINK_STORE_FILE: stage.store,
          // What Cronofy fails is not asked again, for that would wait on the system's timer.
          CRONOFY_MAX_RETRIES: "0",
          ...env,
        },
        now: clock.now,
        sleep: clock.sleep,
      }),
      [ECHO_ADDRESS]: echoProvider(),
    },
  });
  const authorize = async (url: unknown) => {
    const answer = await stage.admin("POST", "/authorize", { authorization_url: url });
    const page = await fetch((answer as { redirect_to: string }).redirect_to);
    if (page.status !== 200) throw new Error(`The link service answered ${page.status}.`);
  };
  return {
    ...stage,
    terraform,
    authorize,
    async linkUnit(serviceAccountId) {
      const clientSecret = new Secret(sandbox.client_secret);
      const client = new CronofyClient({
        dataCenter: "us",
        clientId: sandbox.client_id,
        clientSecret,
        apiUrl: sandbox.api_url,
        appUrl: sandbox.app_url,
      });
      const redirectUri = stage.callbackUrl;
      const link = { dataCenter: client.dataCenter, clientId: client.clientId, serviceAccountId, redirectUri };
      await authorize(
        authorizationUrl({
          appUrl: client.appUrl,
          clientId: client.clientId,
          redirectUri,
          state: await signOAuthState(link, clientSecret),
          ouLinkToken: await client.createLinkToken(serviceAccountId),
        }),
      );
    },
    async close() {
      await terraform.close();
      await stage.close();
      await rm(directory, { recursive: true, force: true });
    },
  };
}
