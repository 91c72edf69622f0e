import { FileLinkStore, redeemCode } from "../src/link-store";
import { CronofyClient, Secret, authorizationUrl } from "../src/cronofy";
import type { TerraformWorkspace } from "../src/plugin/testing";
import type { RunningSandbox } from "../src/sandbox";
import { SandboxAdmin } from "./sandbox-admin";
import { REDIRECT_URI, serviceAccountId, succeeded } from "./workspaces";
import type { Workspaces } from "./workspaces";

/** Administrators who are at it at once; this process serves all of them. */
const AT_ONCE = 16;

/**
 * Declares so many units of which each is linked, so that a plan finds nothing to do. They are linked beforehand,
 * without a browser or a link service, and their declarations then adopt them: links that are minted for have a larger
 * state, which Terraform writes again after each of them.
 */
export async function linkedFleet(
  workspaces: Workspaces,
  sandbox: RunningSandbox,
  count: number,
): Promise<TerraformWorkspace> {
  await linkUnits(new FileLinkStore(workspaces.store), sandbox, count);
  const workspace = await workspaces.links(count);
  succeeded(await workspace.apply());
  succeeded(await workspace.refresh());
  return workspace;
}

async function linkUnits(store: FileLinkStore, sandbox: RunningSandbox, count: number): Promise<void> {
  const admin = new SandboxAdmin(sandbox);
  const client = new CronofyClient({
    dataCenter: "us",
    clientId: sandbox.client_id,
    clientSecret: new Secret(sandbox.client_secret),
    apiUrl: sandbox.api_url,
    appUrl: sandbox.app_url,
    requestsPerSecond: 100_000,
    requestsPerMinute: 100_000,
  });
  let next = 0;
  const administrator = async () => {
    while (next < count) await linkUnit(serviceAccountId(next++), client, admin, store);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, administrator));
}

async function linkUnit(
  serviceAccountId: string,
  client: CronofyClient,
  admin: SandboxAdmin,
  store: FileLinkStore,
): Promise<void> {
  const { appUrl, clientId, dataCenter } = client;
  const ouLinkToken = await client.createLinkToken(serviceAccountId);
  const url = authorizationUrl({ appUrl, clientId, redirectUri: REDIRECT_URI, state: serviceAccountId, ouLinkToken });
  const code = await admin.authorize(url);
  await redeemCode(
    store,
    client,
    { dataCenter, clientId, serviceAccountId },
    { code, redirectUri: REDIRECT_URI, conferencingProviderName: null, now: () => new Date() },
  );
}
