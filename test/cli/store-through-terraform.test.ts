// The stores of a provider block, through real Terraform.
import { randomBytes } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { FileLinkStore, PostgresLinkStore, StoreKeys, authorizedLink, stateOf } from "../../src/link-store";
import type { AuthorizedLink, LinkKey } from "../../src/link-store";
import { Secret } from "../../src/cronofy";
import { LINK, configuration, raiseStage } from "../e2e/stage";
import type { Stage } from "../e2e/stage";
import { startPostgres } from "../postgres";
import type { TestPostgres } from "../postgres";
import { ouLinkHere } from "./ou-link-here";

jest.setTimeout(120_000);

const STORE_KEY = randomBytes(32).toString("base64");

let stage: Stage;
let link: LinkKey;

async function setStage(env: Record<string, string>): Promise<void> {
  stage = await raiseStage({ provider: "attached", env: { OU_LINK_STORE_FILE: undefined, ...env } });
  link = { dataCenter: "us", clientId: stage.sandbox.client_id, serviceAccountId: stage.serviceAccountId };
}
afterEach(() => stage.close());

/** The configuration with this store in the provider block. */
const withStore = (store: string) => ({
  configuration: configuration(stage, {}, `  link_store = { ${store} }`),
});

/** What the administrator approved, as the stage's link service stored it. */
async function approved(): Promise<AuthorizedLink> {
  await stage.authorize();
  const record = await new FileLinkStore(stage.store).read(link);
  const authorized = record && authorizedLink(record);
  if (authorized === null) throw new Error("The link service has stored nothing.");
  return authorized;
}

describe("link_store = { postgres }", () => {
  let postgres: TestPostgres;
  let url: string;
  let store: PostgresLinkStore;

  beforeEach(async () => {
    postgres = await startPostgres();
    url = await postgres.createDatabase();
    store = new PostgresLinkStore(new Secret(url), { keys: StoreKeys.parse(STORE_KEY) });
    await setStage({ OU_LINK_STORE_KEY: STORE_KEY });
  }, 60_000);
  afterEach(async () => {
    await store.close();
    await postgres.close();
  });

  it("is declared in, read back, renewed under its lock, and ended on destroy; its URL is shown nowhere", async () => {
    const inPostgres = withStore(`postgres = ${JSON.stringify(url)}`).configuration;
    await stage.terraform.apply({ configuration: inPostgres });
    const declared = await store.read(link);
    if (declared === null) throw new Error("The apply has declared nothing.");
    expect(stateOf(declared)).toBe("invited");

    // As from a script that has kept it, whose links Terraform then takes over by what the command writes.
    const blocks = path.join(path.dirname(stage.store), "links.tf");
    const { tokens } = await approved();
    const { exitCode } = await ouLinkHere(
      ["store", "import", "--import-blocks", blocks],
      { OU_LINK_STORE_POSTGRES: url, OU_LINK_STORE_KEY: STORE_KEY, CRONOFY_CLIENT_ID: link.clientId },
      `name,service_account_id,redirect_uri,authorized_conferencing_provider_name,refresh_token
"Acme ${"${Ltd}"}",${link.serviceAccountId},${stage.callbackUrl},zoom_enterprise,${tokens.refreshToken.reveal()}\n`,
    );
    expect(exitCode).toBe(0);
    await stage.terraform.workspace.run(["state", "rm", LINK]);
    const { message } = await stage.terraform.apply({
      configuration: {
        "main.tf":
          inPostgres
            .split("resource ")[0]
            ?.replace("link_store", `link_service_url = "${new URL(stage.callbackUrl).origin}"\n  link_store`) ?? "",
        "links.tf": readFileSync(blocks, "utf8"),
      },
    });
    const state = await stage.terraform.state();
    expect(message).toContain("1 imported, 0 added, 0 changed");
    expect(state.resource('cronofy_organizational_unit_link.customer["Acme $${Ltd}"]').values).toMatchObject({
      status: "linked",
      linked: true,
    });
    expect((await store.read(link))?.tokens?.accessToken).not.toBeNull();
    expect((await store.list())[0]?.encryptedWith).toBe(StoreKeys.parse(STORE_KEY)?.writingId);

    const { stdout } = await stage.terraform.plan({ expectActions: {} });
    expect(stdout).not.toContain(new URL(url).password);

    await stage.terraform.destroy();
    expect(await store.read(link)).toMatchObject({ tokens: null, ended: { by: "destroy" }, lifeId: declared.lifeId });
    expect(await stage.requests("POST", "/oauth/token/revoke")).toBe(1);
  });
});

describe("link_store = { command }", () => {
  beforeEach(() => setStage({}));

  it("is asked for a token at each read, and without one the link waits on", async () => {
    const program = path.join(path.dirname(stage.store), "program.js");
    writeFileSync(program, "process.exit(3);");
    await stage.terraform.apply(withStore(`command = ${JSON.stringify([process.execPath, program])}`));
    await stage.terraform.plan({ expectActions: {} });
    expect(await stage.link()).toMatchObject({ status: "pending" });

    const { authorization, tokens } = await approved();
    const { linkedAt, scope } = authorization;
    const granted = {
      access_token: tokens.accessToken?.reveal(),
      // The provider's clock is the stage's.
      expires_at: "2099-01-01T00:00:00Z",
      linked_at: linkedAt,
      scope,
    };
    writeFileSync(program, `console.log(${JSON.stringify(JSON.stringify(granted))});`);
    await stage.terraform.apply();
    expect(await stage.link()).toMatchObject({ status: "linked", scope, linked_at: linkedAt });

    await stage.terraform.destroy();
    expect(await stage.requests("POST", "/oauth/token/revoke")).toBe(1);
  });
});
