// What a link plans, says and does, step by step through the provider's handlers, with a store, a link service and the
// sandbox in this process.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { CronofyClient, Secret } from "../../src/cronofy";
import { createLinkService } from "../../src/link-service";
import { FileLinkStore, stateOf } from "../../src/link-store";
import { UNKNOWN } from "../../src/plugin";
import { FakeClock } from "../../src/plugin/testing";
import { createSandbox } from "../../src/sandbox";
import type { RunningSandbox, Sandbox } from "../../src/sandbox";
import { Browser } from "../link-service/browser";
import { SmallTerraform } from "./small-terraform";

const PUBLIC_URL = "https://links.example.com";
const CALLBACK = `${PUBLIC_URL}/callback`;
const LINK = "link.acme";
const MINUTE = 60_000;

const clock = new FakeClock(new Date("2026-03-01T10:00:00.000Z"));
let folder: string;
let sandbox: Sandbox;
let running: RunningSandbox;
let account: string;
let accounts = 0;
let store: FileLinkStore;

beforeAll(async () => {
  sandbox = createSandbox({ now: () => clock.now().getTime() });
  running = await sandbox.listen();
  folder = await mkdtemp(path.join(tmpdir(), "ou-link-link-"));
  store = new FileLinkStore(folder);
});
afterAll(async () => {
  await running.close();
  await rm(folder, { recursive: true, force: true });
});
beforeEach(() => {
  account = `ser_acme${++accounts}`;
  sandbox.controls.addServiceAccount({ service_account_id: account, email: "admin@acme.example" });
});

/** The provider with a store and a link service, where not said otherwise. */
function provider(env: Readonly<Record<string, string | undefined>> = {}, place = "build-7:/srv") {
  return {
    env: {
      CRONOFY_CLIENT_ID: sandbox.client_id,
      CRONOFY_CLIENT_SECRET: sandbox.client_secret,
      CRONOFY_API_URL: running.api_url,
      CRONOFY_APP_URL: running.app_url,
      OU_LINK_SERVICE_URL: PUBLIC_URL,
      OU_LINK_STORE_FILE: folder,
      ...env,
    },
    now: clock.now,
    place,
  };
}
const NO_SERVICE = { OU_LINK_SERVICE_URL: undefined };
const NO_STORE = { ...NO_SERVICE, OU_LINK_STORE_FILE: undefined };

const config = (more: Readonly<Record<string, unknown>> = {}) => ({ service_account_id: account, ...more });
const URL_ONLY = { authorize_with: "url", redirect_uri: CALLBACK };
const keyOf = () => ({ dataCenter: "us", clientId: sandbox.client_id, serviceAccountId: account }) as const;
const recordState = async () => {
  const record = await store.look(keyOf());
  return record && stateOf(record);
};
const minted = () =>
  sandbox.controls.requests().filter(({ path }) => path === "/v1/organizational_unit_authorization_link_tokens");

/** The administrator opens what they were sent, and approves. */
async function come(terraform: SmallTerraform, address = LINK): Promise<void> {
  const service = createLinkService({
    client: new CronofyClient({
      dataCenter: "us",
      clientId: sandbox.client_id,
      clientSecret: new Secret(sandbox.client_secret),
      apiUrl: running.api_url,
      appUrl: running.app_url,
    }),
    store,
    linkSecret: new Secret(sandbox.client_secret),
    publicUrl: PUBLIC_URL,
    now: clock.now,
  });
  const browser = new Browser((request) => service.fetch(request));
  const { authorization_url: url, invitation_url: invitation } = terraform.link(address);
  const location =
    typeof url === "string" ? url : (await browser.press(await browser.open(String(invitation)))).location;
  const page = await browser.open(sandbox.controls.authorize(location ?? ""));
  expect(page.title).toBe("Conferencing is linked");
}

async function declared(more: Readonly<Record<string, unknown>> = {}, env = {}): Promise<SmallTerraform> {
  const terraform = await SmallTerraform.create(provider(env));
  await terraform.apply(LINK, config(more));
  return terraform;
}

async function linked(more: Readonly<Record<string, unknown>> = {}): Promise<SmallTerraform> {
  const terraform = await declared(more);
  await come(terraform);
  await terraform.refresh(LINK);
  terraform.warnings.length = 0;
  return terraform;
}

describe("a plan", () => {
  it("of a link that is to be made knows every status, and what it cannot know yet is unknown", async () => {
    const terraform = await SmallTerraform.create(provider());
    expect(await terraform.plan(LINK, config())).toMatchObject({
      authorize_with: "invitation",
      redirect_uri: CALLBACK,
      status: "pending",
      linked: false,
      authorization_required: true,
      awaited_since: UNKNOWN,
      invitation_url: UNKNOWN,
      next_action: UNKNOWN,
      authorization_url: null,
      ou_link_token: null,
      minted_at: null,
      assumed_expires_at: null,
      authorized_conferencing_provider_name: null,
      organizational_unit_id: null,
      scope: null,
      linked_at: null,
      link_token_lifetime: "10m",
      remint: "when_stale",
      on_destroy: "revoke",
    });
    expect(await terraform.plan(LINK, config(URL_ONLY))).toMatchObject({
      invitation_url: null,
      authorization_url: UNKNOWN,
      ou_link_token: UNKNOWN,
      minted_at: UNKNOWN,
      assumed_expires_at: UNKNOWN,
    });
  });

  it("is content with values that are not known yet", async () => {
    const terraform = await SmallTerraform.create(provider());
    const unknown = config({ redirect_uri: UNKNOWN, authorize_with: UNKNOWN, conferencing_provider_name: UNKNOWN });
    expect(await terraform.plan(LINK, unknown)).toMatchObject({
      status: "pending",
      invitation_url: UNKNOWN,
      authorization_url: UNKNOWN,
    });
    await terraform.apply(LINK, config());
    expect(await terraform.plan(LINK, config({ conferencing_provider_name: UNKNOWN }))).toMatchObject({
      status: "pending",
      invitation_url: UNKNOWN,
      next_action: UNKNOWN,
    });
  });

  it.each<[string, Record<string, unknown>, Record<string, string | undefined>, string]>([
    [
      "no way back",
      {},
      NO_SERVICE,
      "Missing redirect_uri: Say where the administrator's browser returns to, or give the provider the link_service_url of a " +
        "link service, whose callback is then used. (redirect_uri)",
    ],
    [
      "nobody to invite",
      { authorize_with: "invitation", redirect_uri: CALLBACK },
      NO_SERVICE,
      "No link service to invite to: An invitation is an address of a link service. Set the provider's link_service_url, or " +
        'authorize_with = "url". (authorize_with)',
    ],
    [
      "no record of an invitation",
      {},
      { OU_LINK_STORE_FILE: undefined },
      "An invitation needs a store: The link service answers an invitation from the record of its link. Set the provider's " +
        'link_store to the folder or the database that the link service uses, or set authorize_with = "url". (authorize_with)',
    ],
    [
      "another way back",
      { redirect_uri: "https://e.example/cb" },
      {},
      `Invitations return to the link service: An invitation leads back to ${CALLBACK}, and redirect_uri says ` +
        'https://e.example/cb. Leave redirect_uri out, or set authorize_with = "url". (redirect_uri)',
    ],
  ])("is refused where there is %s, and says what to do", async (_, more, env, message) => {
    const terraform = await SmallTerraform.create(provider(env));
    await expect(terraform.plan(LINK, config(more))).rejects.toThrow(new Error(message));
  });

  it.each([
    ["a URL returns anywhere", { ...URL_ONLY, redirect_uri: "https://e.example/cb" }, {}],
    ["a URL needs no store", URL_ONLY, NO_STORE],
    ["nobody knows yet how the administrator comes", { ...URL_ONLY, authorize_with: UNKNOWN }, NO_STORE],
    ["nobody knows yet where they return", { authorize_with: "invitation", redirect_uri: UNKNOWN }, {}],
  ])("is made where %s", async (_, more, env) => {
    const terraform = await SmallTerraform.create(provider(env));
    const { authorize_with: authorizeWith } = more;
    expect(await terraform.plan(LINK, config(more))).toMatchObject({
      authorize_with: authorizeWith,
      status: "pending",
    });
  });
});

describe("with an invitation", () => {
  it("an apply mints nothing, invites, and says since when; the plan after it is empty for days", async () => {
    const before = minted().length;
    const terraform = await declared();
    expect(terraform.link(LINK)).toMatchObject({
      id: `us/${account}`,
      authorize_with: "invitation",
      status: "pending",
      awaited_since: clock.now().toISOString(),
      invitation_url: expect.stringContaining(`${PUBLIC_URL}/invitations/`) as string,
      authorization_url: null,
      ou_link_token: null,
      minted_at: null,
      next_action: "Send the administrator the invitation, if that is not done: it works until the link is made.",
    });
    clock.advance(5 * 24 * 60 * MINUTE);
    expect(await terraform.apply(LINK, config())).toBe(false);
    expect(minted()).toHaveLength(before);
    expect(terraform.warnings).toEqual([]);
  });

  it("a change of what shapes it changes the invitation alone", async () => {
    const terraform = await declared();
    const before = terraform.link(LINK);
    await terraform.apply(LINK, config({ conferencing_provider_name: "ms_teams" }));
    const after = terraform.link(LINK);
    expect(after["invitation_url"]).not.toBe(before["invitation_url"]);
    expect({ ...after, invitation_url: "", conferencing_provider_name: null }).toEqual({
      ...before,
      invitation_url: "",
    });
    expect((await store.look(keyOf()))?.awaited?.conferencingProviderName).toBe("ms_teams");
    expect(terraform.warnings).toEqual([]);
    expect(await terraform.plan(LINK, config({ remint: UNKNOWN }))).toMatchObject({ next_action: UNKNOWN });
    expect(await terraform.plan(LINK, config({ authorize_with: UNKNOWN }))).toMatchObject({ next_action: UNKNOWN });
    expect(await terraform.plan(LINK, config({ on_destroy: "keep" }))).toMatchObject({
      invitation_url: UNKNOWN,
      on_destroy: "keep",
      awaited_since: before["awaited_since"],
    });
  });

  it("goes over to a URL and back", async () => {
    const terraform = await declared();
    await terraform.apply(LINK, config(URL_ONLY));
    expect(terraform.link(LINK)).toMatchObject({
      authorize_with: "url",
      status: "pending",
      invitation_url: null,
      authorization_url: expect.stringContaining("ou_link_token=") as string,
      next_action: "Send the administrator to the authorization URL before it lapses.",
    });
    expect(await terraform.apply(LINK, config(URL_ONLY))).toBe(false);
    clock.advance(11 * MINUTE);
    expect(await terraform.refresh(LINK)).toMatchObject({ status: "stale" });
    await terraform.apply(LINK, config({ authorize_with: "invitation" }));
    expect(terraform.link(LINK)).toMatchObject({
      status: "pending",
      authorization_url: null,
      ou_link_token: null,
      minted_at: null,
      assumed_expires_at: null,
      invitation_url: expect.stringContaining("/invitations/") as string,
      next_action: "Send the administrator the invitation, if that is not done: it works until the link is made.",
    });
  });

  it("is another where the link service moves, until the link was ended", async () => {
    const terraform = await declared();
    const before = terraform.link(LINK);
    await terraform.configure(provider({ OU_LINK_SERVICE_URL: "https://new.example" }));
    const { invitation_url: moved } = await terraform.refresh(LINK);
    expect(moved).toMatch(/^https:\/\/new\.example\/invitations\//);
    const other = await SmallTerraform.create(provider());
    await other.import(LINK, account);
    await other.destroy(LINK);
    await terraform.configure(provider());
    expect(await terraform.refresh(LINK)).toMatchObject({ status: "unlinked", invitation_url: moved });
    expect(before["invitation_url"]).not.toBe(moved);
  });

  it("is nobody's but the last declaration's, whatever else an earlier one changes", async () => {
    const first = await declared();
    const second = await SmallTerraform.create(provider({}, "laptop:/home/a"));
    await second.apply(LINK, config());
    expect(second.details).toEqual([
      `${account} was declared at ${clock.now().toISOString()} (build-7:/srv), and belongs to this declaration from now on. ` +
        "If this one replaces that one, or that apply never finished, all is well. Otherwise remove one of the two: " +
        "destroying the other leaves the link alone. (service_account_id)",
    ]);
    await first.apply(LINK, config({ on_destroy: "keep" }));
    expect((await store.look(keyOf()))?.declaration?.place).toBe("laptop:/home/a");
    await first.destroy(LINK);
    expect(first.details.at(-1)).toBe(
      `us/${account} belongs to another declaration, made at ${clock.now().toISOString()} (laptop:/home/a). This one is ` +
        "gone; the authorization and its record stay with that one.",
    );
    expect(await recordState()).toBe("invited");
  });
});

describe("with a URL", () => {
  it("a plan after an apply is empty, and a change of what shapes it keeps the token", async () => {
    const terraform = await declared(URL_ONLY);
    const before = terraform.link(LINK);
    expect(before).toMatchObject({
      status: "pending",
      minted_at: clock.now().toISOString(),
      assumed_expires_at: new Date(clock.now().getTime() + 10 * MINUTE).toISOString(),
      invitation_url: null,
      next_action: "Send the administrator to the authorization URL before it lapses.",
    });
    expect(await terraform.apply(LINK, config(URL_ONLY))).toBe(false);
    clock.advance(MINUTE);
    const changed = config({ ...URL_ONLY, state: "mine", authorization_parameters: { locale: "de", prompt: null } });
    expect(await terraform.plan(LINK, changed)).toMatchObject({
      authorization_url: UNKNOWN,
      ou_link_token: before["ou_link_token"],
      invitation_url: null,
      minted_at: before["minted_at"],
    });
    await terraform.apply(LINK, changed);
    const url = new URL(String(terraform.link(LINK)["authorization_url"]));
    expect(Object.fromEntries(url.searchParams)).toMatchObject({
      state: "mine",
      locale: "de",
      ou_link_token: before["ou_link_token"],
    });
    expect(url.searchParams.has("prompt")).toBe(false);
  });

  it("a changed lifetime counts from the minting, without a new token", async () => {
    const terraform = await declared(URL_ONLY);
    const { minted_at: mintedAt, ou_link_token: token } = terraform.link(LINK);
    clock.advance(MINUTE);
    const longer = config({ ...URL_ONLY, link_token_lifetime: "30m" });
    await terraform.apply(LINK, longer);
    expect(terraform.link(LINK)).toMatchObject({
      ou_link_token: token,
      assumed_expires_at: new Date(Date.parse(String(mintedAt)) + 30 * MINUTE).toISOString(),
    });
    clock.advance(20 * MINUTE);
    expect(await terraform.apply(LINK, longer)).toBe(false);
    expect(await terraform.plan(LINK, config({ ...URL_ONLY, link_token_lifetime: UNKNOWN }))).toMatchObject({
      assumed_expires_at: UNKNOWN,
    });
  });

  it("one that has lapsed is minted anew, and the wait goes on from when it began", async () => {
    const terraform = await declared(URL_ONLY);
    const first = terraform.link(LINK);
    clock.advance(10 * MINUTE);
    expect(await terraform.refresh(LINK)).toMatchObject({ status: "stale", authorization_required: true });
    expect(await terraform.plan(LINK, config(URL_ONLY))).toMatchObject({
      status: "pending",
      ou_link_token: UNKNOWN,
      awaited_since: first["awaited_since"],
      next_action: "Send the administrator to the authorization URL before it lapses.",
    });
    await terraform.apply(LINK, config(URL_ONLY));
    const { ou_link_token: token, awaited_since: since, minted_at: mintedAt } = terraform.link(LINK);
    expect(token).not.toBe(first["ou_link_token"]);
    expect([since, mintedAt]).toEqual([first["awaited_since"], clock.now().toISOString()]);
  });

  it("one that has lapsed stays so with remint = never, until keepers change", async () => {
    const never = { ...URL_ONLY, remint: "never" };
    const terraform = await declared(never);
    clock.advance(10 * MINUTE);
    expect(await terraform.apply(LINK, config(never))).toBe(false);
    expect(terraform.warnings).toEqual(["Authorization URL has lapsed"]);
    await terraform.apply(LINK, config({ ...never, keepers: { round: "2" } }));
    expect(terraform.link(LINK)).toMatchObject({ status: "pending", awaited_since: clock.now().toISOString() });
  });

  it("one that has lapsed says what is to be done with the remint that is asked for", async () => {
    const terraform = await declared(URL_ONLY);
    clock.advance(10 * MINUTE);
    await terraform.refresh(LINK);
    expect(await terraform.plan(LINK, config({ ...URL_ONLY, remint: "never" }))).toMatchObject({
      status: "stale",
      next_action:
        "The authorization URL has lapsed unused. Change keepers and apply to mint a new authorization URL, then send the " +
        "administrator to it.",
    });
    expect(await terraform.plan(LINK, config({ ...URL_ONLY, remint: UNKNOWN }))).toMatchObject({
      status: "stale",
      next_action: UNKNOWN,
    });
  });

  it("mints nothing for whoever came while the state still waits for them", async () => {
    const terraform = await declared(URL_ONLY);
    clock.advance(10 * MINUTE);
    await terraform.refresh(LINK);
    const other = await SmallTerraform.create(provider());
    await other.apply("link.other", config());
    await come(other, "link.other");
    const before = minted().length;
    await terraform.apply(LINK, config(URL_ONLY), { refresh: false });
    expect(minted()).toHaveLength(before);
    expect(terraform.link(LINK)).toMatchObject({ authorization_url: null, ou_link_token: null, minted_at: null });
    expect(await terraform.refresh(LINK)).toMatchObject({ status: "linked", authorization_required: false });
  });

  it("a store that comes later gets its record with the next URL", async () => {
    const terraform = await declared(URL_ONLY, NO_STORE);
    await terraform.configure(provider(NO_SERVICE));
    expect(await terraform.refresh(LINK)).toMatchObject({ status: "pending" });
    clock.advance(10 * MINUTE);
    expect(await terraform.refresh(LINK)).toMatchObject({ status: "stale" });
    await terraform.apply(LINK, config(URL_ONLY));
    expect(await recordState()).toBe("invited");
    await terraform.configure(provider({ ...NO_SERVICE, OU_LINK_STORE_FILE: path.join(folder, "another") }));
    expect(await terraform.refresh(LINK)).toMatchObject({ status: "unknown" });
  });

  it("nobody is sent for, and nothing is recorded, where Cronofy refuses to mint", async () => {
    const terraform = await SmallTerraform.create(provider());
    account = "ser_nobody";
    await expect(terraform.apply(LINK, config(URL_ONLY))).rejects.toThrow("Cronofy refuses the parameters");
    expect(await recordState()).toBe("ended");
    const without = await SmallTerraform.create(provider(NO_STORE));
    await expect(without.apply(LINK, config(URL_ONLY))).rejects.toThrow("Cronofy refuses the parameters");
  });

  it("mints nothing for an administrator who came between the plan and the apply", async () => {
    const terraform = await declared(URL_ONLY);
    await come(terraform);
    clock.advance(10 * MINUTE);
    const second = await SmallTerraform.create(provider({}, "laptop:/home/a"));
    const before = minted().length;
    await second.apply(LINK, config(URL_ONLY));
    expect(minted()).toHaveLength(before);
    expect(second.warnings).toEqual(["Link was declared already"]);
    expect(second.link(LINK)).toMatchObject({
      authorization_url: null,
      ou_link_token: null,
      awaited_since: null,
      next_action: "Nothing to do: the Organizational Unit is linked already, which the next plan reads back.",
    });
    expect(await second.refresh(LINK)).toMatchObject({ status: "linked", authorization_required: false });
  });
});

describe("a link that works", () => {
  it("tells what was authorized, and nobody is awaited", async () => {
    const terraform = await linked({ conferencing_provider_name: "zoom" });
    expect(terraform.link(LINK)).toMatchObject({
      status: "linked",
      linked: true,
      authorization_required: false,
      awaited_since: null,
      authorized_conferencing_provider_name: "zoom",
      organizational_unit_id: expect.any(String) as string,
      scope: "organizational_unit_use_integrations",
      linked_at: clock.now().toISOString(),
      next_action: "Nothing to do: the Organizational Unit is linked.",
    });
    expect(await terraform.apply(LINK, config({ conferencing_provider_name: "zoom" }))).toBe(false);
  });

  it("stays as it was authorized where another provider is named, which is told, until keepers change too", async () => {
    const terraform = await linked({ conferencing_provider_name: "zoom" });
    const teams = { conferencing_provider_name: "ms_teams" };
    const plan = await terraform.plan(LINK, config(teams));
    expect(terraform.warnings).toEqual(["The link stays as it was authorized"]);
    expect(plan).toMatchObject({ status: "linked", linked: true, authorization_required: false, awaited_since: null });
    expect(plan["next_action"]).toMatch(/asked for zoom and the configuration names ms_teams/);
    await terraform.plan(LINK, config({ conferencing_provider_name: UNKNOWN }));
    expect(terraform.details).toEqual(
      ['"ms_teams"', "another"].map(
        (name) =>
          `us/${account} works, and a changed conferencing_provider_name (${name}) does not reach a link that is made. To ` +
          "have the administrator authorize anew, change keepers as well. (conferencing_provider_name)",
      ),
    );
    terraform.warnings.length = 0;

    clock.advance(MINUTE);
    const anew = config({ ...teams, keepers: { round: "2" } });
    expect(await terraform.plan(LINK, anew)).toMatchObject({
      status: "linked",
      linked: true,
      authorization_required: true,
      awaited_since: UNKNOWN,
    });
    expect(terraform.warnings).toEqual([]);
    await terraform.apply(LINK, anew);
    expect(terraform.link(LINK)).toMatchObject({
      status: "linked",
      awaited_since: clock.now().toISOString(),
      next_action: expect.stringContaining("asked to authorize anew: send them the invitation") as string,
    });
    expect(await terraform.apply(LINK, anew)).toBe(false);
    await come(terraform);
    expect(await terraform.refresh(LINK)).toMatchObject({
      authorization_required: false,
      authorized_conferencing_provider_name: "ms_teams",
    });
  });

  const ENDS =
    "revokes the authorization, and an administrator has to come again for another. Where only the address changes, use a " +
    "moved block; where another state takes it over, a removed block and an import; to end the declaration and keep the " +
    'authorization, apply on_destroy = "keep" first.';

  it("warns where a service account in its place ends it, or a destroy does", async () => {
    const terraform = await linked();
    await terraform.plan(LINK, config({ service_account_id: "ser_other" }));
    await terraform.destroy(LINK);
    expect(terraform.warnings).toEqual(["Ends a working link", "Ends a working link"]);
    expect(terraform.details).toEqual(
      ["Replacing it", "Destroying it"].map((what) => `us/${account} works. ${what} ${ENDS}`),
    );
  });

  it("gets no URL where its arguments change, nor where a URL is to bring administrators from now on", async () => {
    const terraform = await linked();
    const plan = await terraform.plan(LINK, config({ ...URL_ONLY, state: "mine" }));
    expect(plan).toMatchObject({ status: "linked", ou_link_token: null, authorization_url: null, minted_at: null });
    await terraform.apply(LINK, config({ ...URL_ONLY, state: "mine" }));
    expect(await terraform.apply(LINK, config({ ...URL_ONLY, state: "other" }))).toBe(true);
    expect(terraform.link(LINK)).toMatchObject({ status: "linked", authorization_url: null, invitation_url: null });
  });

  it("that is asked for anew by a URL says that this is out, also where it leads to something else", async () => {
    const terraform = await linked(URL_ONLY);
    const anew = { ...URL_ONLY, keepers: { round: "2" } };
    const send = /asked to authorize anew: send them to the authorization URL before it lapses/;
    expect((await terraform.plan(LINK, config(anew)))["next_action"]).toMatch(send);
    await terraform.apply(LINK, config(anew));
    const renamed = await terraform.plan(LINK, config({ ...anew, conferencing_provider_name: "ms_teams" }));
    expect(renamed["next_action"]).toMatch(send);
    expect(renamed).toMatchObject({ authorization_url: UNKNOWN, ou_link_token: terraform.link(LINK)["ou_link_token"] });
  });

  it.each<[string, Record<string, unknown>, Record<string, unknown>]>([
    ["an invitation", {}, { invitation_url: UNKNOWN, ou_link_token: null }],
    ["a URL", URL_ONLY, { invitation_url: null, ou_link_token: UNKNOWN }],
  ])("that was revoked is asked for anew by %s, and says so", async (_, more, planned) => {
    const terraform = await linked(more);
    sandbox.controls.revoke(account);
    clock.advance(MINUTE);
    expect(await terraform.refresh(LINK)).toMatchObject({
      status: "unlinked",
      linked: false,
      authorization_required: true,
      awaited_since: null,
    });
    expect(await terraform.plan(LINK, config(more))).toMatchObject({
      ...planned,
      status: "pending",
      linked: false,
      authorization_required: true,
      awaited_since: UNKNOWN,
    });
    await terraform.apply(LINK, config(more));
    expect(terraform.link(LINK)).toMatchObject({ status: "pending", awaited_since: clock.now().toISOString() });
    await come(terraform);
    expect(await terraform.refresh(LINK)).toMatchObject({ status: "linked" });
  });

  it("that was revoked stays so with remint = never, and nobody is asked", async () => {
    const never = { ...URL_ONLY, remint: "never" };
    const terraform = await linked(never);
    sandbox.controls.revoke(account);
    expect(await terraform.apply(LINK, config(never))).toBe(false);
    expect(terraform.link(LINK)).toMatchObject({ status: "unlinked" });
    expect(terraform.warnings).toEqual(["Link is broken"]);
  });
});

describe("an import", () => {
  async function imported(id = `us/${account}`): Promise<SmallTerraform> {
    const terraform = await SmallTerraform.create(provider());
    await terraform.import(LINK, id);
    return terraform;
  }

  it("reads what was asked for, as a configuration would say it", async () => {
    const zoom = { conferencing_provider_name: "zoom" };
    const first = await declared(zoom);
    expect((await imported()).link(LINK)).toMatchObject({ ...zoom, status: "pending" });
    await come(first);
    const terraform = await imported();
    expect(terraform.link(LINK)).toMatchObject({ ...zoom, status: "linked" });
    expect(await terraform.apply(LINK, config(zoom))).toBe(false);
    await terraform.apply(LINK, config({ conferencing_provider_name: "ms_teams" }));
    terraform.warnings.length = 0;
    await terraform.plan(LINK, config(zoom));
    expect(terraform.warnings).toEqual([]);
  });

  it("takes keepers as they are, and asks nobody; their next change asks", async () => {
    await linked();
    const terraform = await imported();
    expect(terraform.link(LINK)).toMatchObject({ status: "linked", keepers: null, on_destroy: "revoke" });
    const first = config({ keepers: { round: "1" } });
    expect(await terraform.plan(LINK, first)).toMatchObject({ status: "linked", authorization_required: false });
    expect(terraform.warnings).toEqual(["Keepers are taken as they are"]);
    expect(terraform.details).toEqual([
      "The link was imported, so that its keepers appear for the first time, which asks nobody anew. (keepers)",
    ]);
    await terraform.apply(LINK, first);
    expect(await terraform.apply(LINK, first)).toBe(false);
    terraform.warnings.length = 0;
    expect(await terraform.plan(LINK, config({ keepers: { round: "2" } }))).toMatchObject({
      authorization_required: true,
    });
    expect(terraform.warnings).toEqual([]);
  });

  it("mints nothing, and a URL for whoever is awaited comes with the next apply", async () => {
    await declared(URL_ONLY);
    const before = minted().length;
    const terraform = await SmallTerraform.create(provider(NO_SERVICE));
    expect(await terraform.import(LINK, account)).toMatchObject({ status: "pending", authorize_with: "url" });
    expect(minted()).toHaveLength(before);
    await terraform.apply(LINK, config(URL_ONLY));
    expect(terraform.link(LINK)).toMatchObject({ ou_link_token: expect.any(String) as string });
    expect(minted()).toHaveLength(before + 1);
  });

  it("of what is recorded nowhere is unknown, stays so where arguments change, and is asked for with keepers", async () => {
    const terraform = await imported();
    expect(terraform.warnings).toEqual(["Cannot tell whether the link was made"]);
    expect(terraform.details[0]).toContain(store.description);
    expect(terraform.link(LINK)).toEqual({
      ...Object.fromEntries(Object.keys(terraform.link(LINK)).map((name) => [name, null])),
      id: `us/${account}`,
      service_account_id: account,
      authorize_with: "invitation",
      redirect_uri: CALLBACK,
      link_token_lifetime: "10m",
      remint: "when_stale",
      on_destroy: "revoke",
      status: "unknown",
      linked: false,
      authorization_required: false,
      next_action: "Nothing is known of the link. Ask the administrator, or change keepers and apply to ask them anew.",
    });
    expect(await terraform.plan(LINK, config({ on_destroy: "keep" }))).toMatchObject({ status: "unknown" });
    expect(await terraform.plan(LINK, config({ keepers: { round: "1" } }))).toMatchObject({
      status: "pending",
      awaited_since: UNKNOWN,
      invitation_url: UNKNOWN,
    });
  });

  it("goes on with the declaration that is recorded, so that its destroy ends the link", async () => {
    await linked();
    const terraform = await imported();
    await terraform.destroy(LINK);
    expect([terraform.warnings, await recordState()]).toEqual([["Ends a working link"], "ended"]);
  });

  it.each([
    ["of another data center", "uk/ser_1", /"uk", but the provider is configured for "us"/],
    ["of no data center there is", "mars/ser_1", "Not the id of a link"],
    [
      "of no service account",
      "acc_1",
      "Not the id of a link: Import takes a service account, such as ser_64b17f9b8090ea21640c9151, or <data center>/<service " +
        'account>; got "acc_1".',
    ],
  ])("is refused for an id %s", async (_, id, message) => {
    await expect(imported(id)).rejects.toThrow(message);
  });
});

it("a link is read, changed and destroyed by a provider of its own data center alone", async () => {
  const terraform = await linked();
  await terraform.configure(provider({ CRONOFY_DATA_CENTER: "uk" }));
  const other =
    /us\/ser_acme\d+ belongs to the data center "us", but the provider is configured for "uk".*\(service_account_id\)$/;
  await expect(terraform.refresh(LINK)).rejects.toThrow(other);
  await expect(terraform.apply(LINK, config({ on_destroy: "keep" }), { refresh: false })).rejects.toThrow(other);
  await expect(terraform.destroy(LINK)).rejects.toThrow(other);
  expect(await recordState()).toBe("authorized");
});

describe("a destroy", () => {
  it("warns where it ends a working link, and revokes", async () => {
    const terraform = await linked();
    await terraform.destroy(LINK);
    expect(terraform.warnings).toEqual(["Ends a working link"]);
    expect(await recordState()).toBe("ended");
    expect(sandbox.controls.requests().at(-1)).toMatchObject({ path: "/oauth/token/revoke" });
  });

  it("leaves the authorization with on_destroy = keep, and says that", async () => {
    const terraform = await linked({ on_destroy: "keep" });
    await terraform.destroy(LINK);
    expect(terraform.warnings).toEqual(["Authorization kept"]);
    expect(terraform.details).toEqual([
      `The authorization of us/${account} and its record stay, as on_destroy = "keep" asks.`,
    ]);
    expect(await recordState()).toBe("authorized");
  });

  it.each([
    ["waits", () => declared()],
    ["works, and is revoked", () => linked()],
  ])(
    "says that a redemption of a link that %s never ended, of which nothing here can revoke what came",
    async (_, made) => {
      const terraform = await made();
      const began = clock.now().toISOString();
      await store.locked(keyOf(), async (record) => {
        const current = await record.current();
        if (current !== null) await record.write({ ...current, redeemingSince: began });
      });
      await terraform.destroy(LINK);
      expect(terraform.warnings.at(-1)).toBe("A redemption never ended");
      expect(terraform.details.at(-1)).toBe(
        `An administrator of us/${account} came back at ${began}, and nobody recorded what came of it: an authorization may ` +
          "exist at Cronofy that nothing here can revoke. Cronofy's support can end it.",
      );
    },
  );

  it("says nothing of a link that nobody has made", async () => {
    const terraform = await declared();
    await terraform.destroy(LINK);
    expect([terraform.warnings, await recordState()]).toEqual([[], "ended"]);
    const next = await SmallTerraform.create(provider());
    await next.apply(LINK, config());
    expect([next.warnings, await recordState()]).toEqual([[], "invited"]);
  });

  it("leaves a link alone that belongs to another declaration, and warns of no end", async () => {
    const first = await linked();
    const second = await SmallTerraform.create(provider());
    await second.apply(LINK, config());
    await first.refresh(LINK);
    await first.destroy(LINK);
    expect(first.warnings).toEqual(["Link is declared elsewhere too", "Link left alone"]);
    expect(await recordState()).toBe("authorized");
  });

  it.each([
    ["without a store", {}, NO_STORE, "Authorization not revoked", "no link_store is configured"],
    [
      "without its record",
      {},
      { OU_LINK_STORE_FILE: "/nowhere/at/all" },
      "Authorization not revoked",
      "the folder /nowhere/at/all has no record of it",
    ],
    [
      "without a store, where it was to be kept",
      { on_destroy: "keep" },
      NO_STORE,
      "Authorization kept",
      "no link_store is configured",
    ],
  ])("%s says that nothing was revoked", async (_, more, env, summary, where) => {
    const terraform = await linked(more);
    await terraform.configure(provider(env));
    await terraform.destroy(LINK);
    expect(terraform.warnings.at(-1)).toBe(summary);
    expect(terraform.details.at(-1)).toBe(
      `us/${account} was linked, and ${where}, so nothing was revoked: the authorization goes on. To revoke it, import the ` +
        "link with the link_store that the link service uses, and destroy it there.",
    );
  });

  it("without a store says nothing of a link that nobody has made", async () => {
    const terraform = await declared(URL_ONLY, NO_STORE);
    await terraform.destroy(LINK);
    expect(terraform.warnings).toEqual([]);
  });
});

describe("without a client secret", () => {
  const NO_SECRET = { CRONOFY_CLIENT_SECRET: undefined };
  const requests = () => sandbox.controls.requests().length;

  it("a plan tells what the record says, and when that was last confirmed, and asks nobody", async () => {
    const terraform = await linked();
    await terraform.configure(provider({ CRONOFY_READ_BACK_MAX_AGE: "1s" }));
    clock.advance(MINUTE);
    const told = await terraform.refresh(LINK);
    const confirmedAt = clock.now().toISOString();
    clock.advance(5 * MINUTE);
    const before = requests();
    await terraform.configure(provider(NO_SECRET));
    expect(await terraform.apply(LINK, config())).toBe(false);
    expect(terraform.link(LINK)).toEqual(told);
    expect(requests()).toBe(before);
    expect(terraform.warnings).toEqual(["Told by the record alone"]);
    expect(terraform.details[0]).toBe(
      `us/${account} is linked by its record, and Cronofy last confirmed that at ${confirmedAt}. Without client_secret ` +
        "Cronofy is not asked: what has become of the link since, an apply or a drift report tells.",
    );
  });

  it("a plan tells of whoever is awaited, and keeps the invitation", async () => {
    const terraform = await declared();
    const told = terraform.link(LINK);
    await terraform.configure(provider(NO_SECRET));
    expect(await terraform.apply(LINK, config())).toBe(false);
    expect(terraform.link(LINK)).toEqual(told);
    expect(terraform.warnings).toEqual([]);
  });

  it("a plan knows what a program would hand out no better than before", async () => {
    const terraform = await linked();
    const told = terraform.link(LINK);
    await terraform.configure(
      provider({ ...NO_SECRET, OU_LINK_STORE_FILE: undefined, OU_LINK_STORE_COMMAND: '["must-not-run"]' }),
    );
    expect(await terraform.refresh(LINK)).toEqual(told);
    expect(terraform.warnings).toEqual(["Link could not be checked"]);
  });

  it.each([
    ["made", {}],
    ["made by a URL", URL_ONLY],
  ])("a link is planned, and not %s", async (_, more) => {
    const terraform = await SmallTerraform.create(provider(NO_SECRET));
    expect(await terraform.plan(LINK, config(more))).toMatchObject({ status: "pending" });
    await expect(terraform.apply(LINK, config(more))).rejects.toThrow(/Missing client_secret.*CRONOFY_CLIENT_SECRET/);
    expect(await recordState()).toBeNull();
  });

  it.each(["revoke", "keep"])("a link is not ended with on_destroy = %s", async (onDestroy) => {
    const terraform = await linked({ on_destroy: onDestroy });
    await terraform.configure(provider(NO_SECRET));
    await expect(terraform.destroy(LINK)).rejects.toThrow("Missing client_secret");
    expect(await recordState()).toBe("authorized");
  });
});

it.each([
  ["store", { OU_LINK_STORE_FILE: "/dev/null/links" }],
  ["program", { OU_LINK_STORE_FILE: undefined, OU_LINK_STORE_COMMAND: '["/nowhere/at/all"]' }],
])("nobody is sent for where the %s fails", async (_, env) => {
  const terraform = await SmallTerraform.create(provider(env));
  const before = minted().length;
  await expect(terraform.apply(LINK, config(URL_ONLY))).rejects.toThrow("Link store failed");
  expect(minted()).toHaveLength(before);
});

it("nobody is sent for where a program hands out the authorization, and Cronofy's word is waited for where it gives none", async () => {
  const { organizational_unit_id: unit } = (await linked()).link(LINK);
  const program = JSON.stringify({
    access_token: sandbox.controls.issueTokens(String(unit)).access_token,
    expires_at: new Date(clock.now().getTime() + 60 * MINUTE).toISOString(),
    linked_at: clock.now().toISOString(),
  });
  const env = { OU_LINK_STORE_FILE: undefined, OU_LINK_STORE_COMMAND: JSON.stringify(["/bin/echo", program]) };
  const terraform = await SmallTerraform.create(provider(env));
  const before = minted().length;
  await terraform.apply(LINK, config(URL_ONLY));
  expect(terraform.link(LINK)).toMatchObject({
    status: "pending",
    awaited_since: null,
    authorization_url: null,
    next_action: "Nothing to do: the Organizational Unit is linked already, which the next plan reads back.",
  });
  expect(minted()).toHaveLength(before);
  expect(await terraform.refresh(LINK)).toMatchObject({ status: "linked" });

  const other = await SmallTerraform.create(provider(env));
  sandbox.controls.addFault({ path: "/v1/userinfo", status: 503, times: 1 });
  await other.configure(provider({ ...env, CRONOFY_MAX_RETRIES: "0" }));
  await other.apply(LINK, config(URL_ONLY));
  expect(minted()).toHaveLength(before + 1);
});

it("a link whose record is authorized is adopted also while Cronofy does not answer, and renamed by nobody else", async () => {
  const first = await linked(URL_ONLY);
  const before = minted().length;
  const second = await SmallTerraform.create(provider({ CRONOFY_MAX_RETRIES: "0" }, "laptop:/home/a"));
  sandbox.controls.addFault({ path: "/v1/userinfo", status: 503, times: 1 });
  await second.apply(LINK, config(URL_ONLY));
  expect(minted()).toHaveLength(before);
  expect(second.link(LINK)).toMatchObject({ awaited_since: null, authorization_url: null });
  await first.apply(LINK, config({ ...URL_ONLY, conferencing_provider_name: "zoom_enterprise" }), { refresh: false });
  expect((await store.look(keyOf()))?.declaration?.place).toBe("laptop:/home/a");
});

it("an answer of Cronofy's is good enough for as long as read_back_max_age says", async () => {
  const terraform = await linked();
  await terraform.configure(provider({ CRONOFY_READ_BACK_MAX_AGE: "15m" }));
  clock.advance(16 * MINUTE);
  await terraform.refresh(LINK);
  sandbox.controls.revoke(account);
  clock.advance(14 * MINUTE);
  expect(await terraform.refresh(LINK)).toMatchObject({ status: "linked" });
  clock.advance(MINUTE);
  expect(await terraform.refresh(LINK)).toMatchObject({ status: "unlinked" });
});

it("without a store, a URL is all there is: once it has lapsed, nobody can tell, and nothing is minted", async () => {
  const terraform = await declared(URL_ONLY, NO_STORE);
  expect(terraform.link(LINK)).toMatchObject({ status: "pending", awaited_since: clock.now().toISOString() });
  clock.advance(10 * MINUTE);
  expect(await terraform.apply(LINK, config(URL_ONLY))).toBe(false);
  expect(terraform.link(LINK)).toMatchObject({ status: "unknown", authorization_required: false });
  clock.advance(MINUTE);
  await terraform.apply(LINK, config({ ...URL_ONLY, keepers: { round: "2" } }));
  expect(terraform.link(LINK)).toMatchObject({ status: "pending", awaited_since: clock.now().toISOString() });
});
