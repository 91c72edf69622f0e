import { createHmac } from "node:crypto";
import { rename } from "node:fs/promises";
import { createServer } from "node:http";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { TerraformStack } from "cdktf";
import { AuthorizeWith, HookEngine, HookFailure, LinkHook, OrganizationalUnitLink } from "../../src/constructs";
import type { OrganizationalUnitLinkProps } from "../../src/constructs";
import { linkInState } from "../e2e/stage";
import { raiseHookStage } from "./hook-stage";
import type { Happened, HookStage } from "./hook-stage";

// Where Go builds hashicorp/null, that is what takes long.
jest.setTimeout(240_000);

const KEY = "a key that only the environment knows";

describe("hooks, through real Terraform", () => {
  let stage: HookStage;
  beforeEach(async () => {
    stage = await raiseHookStage({ HOOK_KEY: KEY });
  });
  afterEach(() => stage.close());

  const link = (name: string) => linkInState(stage.terraform.workspace, `cronofy_organizational_unit_link.${name}`);
  const account = (index: number) => stage.sandbox.service_accounts[index]?.service_account_id ?? "";
  /** Which hooks ran for a link, in order. */
  const eventsOf = (all: readonly Happened[], name: string) =>
    all.filter((each) => each["OU_LINK_NAME"] === name).map((each) => each["OU_LINK_EVENT"]);

  it("run once for each need, each URL and each transition, in order, with either engine", async () => {
    // One link for each engine and for each way of an administrator, which go through the same together.
    const links = [
      { name: "acme", serviceAccountId: account(0), hookEngine: HookEngine.NULL },
      {
        name: "globex",
        serviceAccountId: account(1),
        hookEngine: HookEngine.TERRAFORM_DATA,
        authorizeWith: AuthorizeWith.URL,
      },
    ];
    const declared = (props: Partial<OrganizationalUnitLinkProps> = {}) =>
      stage.synthesize((stack: TerraformStack) => {
        const record = LinkHook.node(stage.recorder, { environment: { TEAM: "calendars ${not a reference}" } });
        for (const { name, ...own } of links) {
          new OrganizationalUnitLink(stack, name, {
            onAuthorizationRequired: record,
            onLinked: record,
            onUnlinked: record,
            ...own,
            ...props,
          });
        }
      });
    const authorize = async () => {
      stage.clock.advance("1m");
      expect((await stage.visit((await link("acme"))["invitation_url"])).status).toBe(200);
      expect((await stage.authorize((await link("globex"))["authorization_url"])).status).toBe(200);
    };
    /** @returns what each found of the first event */
    const expectEvents = async (ofAcme: readonly string[], ofGlobex = ofAcme) => {
      const happened = await stage.happened();
      expect([eventsOf(happened, "acme"), eventsOf(happened, "globex")]).toEqual([ofAcme, ofGlobex]);
      return ["acme", "globex"].map((name) => happened.find((each) => each["OU_LINK_NAME"] === name));
    };
    const common = {
      OU_LINK_NAME: "acme",
      OU_LINK_ID: `us/${account(0)}`,
      CRONOFY_DATA_CENTER: "us",
      CRONOFY_SERVICE_ACCOUNT_ID: account(0),
      TEAM: "calendars ${not a reference}",
    };

    // The very first apply.
    const first = await stage.terraform.apply(declared());
    const [invited, sent] = await expectEvents(["authorization_required"]);
    const { invitation_url: invitation } = await link("acme");
    expect(invited).toEqual({
      ...common,
      OU_LINK_EVENT: "authorization_required",
      OU_LINK_STATUS: "pending",
      OU_LINK_AWAITED_SINCE: "2030-01-01T00:00:00.000Z",
      OU_LINK_INVITATION_URL: invitation,
    });
    const { authorization_url: url } = await link("globex");
    expect(sent).toEqual({
      ...common,
      OU_LINK_NAME: "globex",
      OU_LINK_ID: `us/${account(1)}`,
      CRONOFY_SERVICE_ACCOUNT_ID: account(1),
      OU_LINK_EVENT: "authorization_required",
      OU_LINK_STATUS: "pending",
      OU_LINK_AWAITED_SINCE: "2030-01-01T00:00:00.000Z",
      OU_LINK_AUTHORIZATION_URL: url,
      OU_LINK_MINTED_AT: "2030-01-01T00:00:00.000Z",
      OU_LINK_ASSUMED_EXPIRES_AT: "2030-01-01T00:10:00.000Z",
    });
    // The state of the links holds what is secret, as it may, and that of the hooks does not.
    const timesInState = async (text: string) => (await stage.stateFile()).split(text).length - 1;
    expect(await timesInState(String(url).split("ou_link_token=")[1] ?? "")).toBe(2);
    expect(await timesInState(String(invitation).split("/invitations/")[1] ?? "")).toBe(1);
    expect(first.stdout).not.toContain(String(url));

    // A pipeline applies while both wait: the invitation is good, and the URL has lapsed each time.
    for (const day of [1, 2]) {
      stage.clock.advance("24h");
      await stage.terraform.apply();
      const [, again] = await expectEvents([], ["authorization_required"]);
      expect(again).toMatchObject({
        OU_LINK_AWAITED_SINCE: "2030-01-01T00:00:00.000Z",
        OU_LINK_MINTED_AT: `2030-01-0${1 + day}T00:00:00.000Z`,
      });
    }

    // For one apply the store is another one, in which nothing is recorded.
    await rename(stage.store, `${stage.store}-aside`);
    await stage.terraform.apply();
    expect(await link("acme")).toMatchObject({ status: "unknown" });
    await expectEvents([]);
    await rename(`${stage.store}-aside`, stage.store);
    await stage.terraform.apply();
    await expectEvents([]);

    await authorize();
    await stage.terraform.apply();
    const [linked] = await expectEvents(["linked"]);
    expect(linked).toEqual({
      ...common,
      OU_LINK_EVENT: "linked",
      OU_LINK_STATUS: "linked",
      OU_LINK_LINKED_AT: "2030-01-03T00:01:00.000Z",
      OU_LINK_ORGANIZATIONAL_UNIT_ID: expect.stringMatching(/./) as string,
    });

    // Asked anew while the links work, which they go on doing.
    stage.clock.advance("1h");
    const askedAnew = { keepers: { administrator: "2" } };
    await stage.terraform.apply(declared(askedAnew));
    const [needed] = await expectEvents(["authorization_required"]);
    expect(needed).toMatchObject({ OU_LINK_STATUS: "linked", OU_LINK_AWAITED_SINCE: "2030-01-03T01:01:00.000Z" });
    await authorize();
    await stage.terraform.apply();
    await expectEvents([]);

    // Another state takes the links over, which need nobody: a link that is adopted is read back in the next apply.
    const { addresses } = await stage.terraform.state();
    await stage.terraform.workspace.run(["state", "rm", ...addresses]);
    await stage.terraform.apply({ expectNonEmptyPlan: true });
    await expectEvents([]);
    await stage.terraform.apply();
    await expectEvents(["linked"]);

    stage.clock.advance("1h");
    for (const { serviceAccountId } of links) {
      await stage.admin("POST", "/revoke", { service_account_id: serviceAccountId });
    }
    await stage.terraform.apply();
    const [unlinked] = await expectEvents(["unlinked", "authorization_required"]);
    expect(unlinked).toEqual({ ...common, OU_LINK_EVENT: "unlinked", OU_LINK_STATUS: "unlinked" });

    await authorize();
    await stage.terraform.apply();
    await expectEvents(["linked"]);

    // A disabled link goes in good order.
    await stage.terraform.apply(declared({ enabled: false }));
    const state = await stage.terraform.state();
    await expectEvents(["unlinked"]);
    expect(state.addresses).toEqual([]);
  });

  it("run again after they failed, or not, as they are told", async () => {
    const { server, posted, answers } = await receiver();
    const { port } = server.address() as AddressInfo;
    const shared = { hookEngine: HookEngine.TERRAFORM_DATA };
    const configuration = stage.synthesize((stack) => {
      new OrganizationalUnitLink(stack, "acme", {
        ...shared,
        serviceAccountId: account(0),
        onAuthorizationRequired: LinkHook.webhook(`http://127.0.0.1:${port}/required?a=1&b=2`, {
          secretVariable: "HOOK_KEY",
        }),
      });
      new OrganizationalUnitLink(stack, "globex", {
        ...shared,
        serviceAccountId: account(1),
        onAuthorizationRequired: LinkHook.command(`node ${stage.recorder} && exit 3`, {
          onFailure: HookFailure.CONTINUE,
        }),
      });
    });
    try {
      answers.push(500);
      const { message } = await stage.terraform.apply({
        ...configuration,
        expectError: /The webhook of us\/ser_\w+ \(authorization_required\) was answered with 500\.|output suppressed/,
      });
      expect(message).not.toContain(KEY);
      expect(eventsOf(await stage.happened(), "globex")).toEqual(["authorization_required"]);

      await stage.terraform.apply();
      expect(await stage.happened()).toEqual([]);
      expect(posted).toHaveLength(2);
      const { url, headers, body } = posted[1] as Posted;
      expect(url).toBe("/required?a=1&b=2");
      expect(JSON.parse(body)).toEqual({
        type: "link.authorization_required",
        timestamp: expect.stringMatching(/Z$/) as string,
        data: {
          name: "acme",
          link_id: `us/${account(0)}`,
          service_account_id: account(0),
          data_center: "us",
          status: "pending",
          awaited_since: "2030-01-01T00:00:00.000Z",
          invitation_url: (await link("acme"))["invitation_url"],
        },
      });
      const signed = `${String(headers["webhook-id"])}.${String(headers["webhook-timestamp"])}.${body}`;
      expect(headers["webhook-signature"]).toBe(`v1,${createHmac("sha256", KEY).update(signed).digest("base64")}`);
      expect(await stage.stateFile()).not.toContain(KEY);
    } finally {
      server.close();
    }
  });
});

interface Posted {
  readonly url: string | undefined;
  readonly headers: NodeJS.Dict<string | string[]>;
  readonly body: string;
}

/** Takes what is posted, and answers with the next of `answers`, else 204. */
async function receiver(): Promise<{ server: Server; posted: Posted[]; answers: number[] }> {
  const posted: Posted[] = [];
  const answers: number[] = [];
  const server = createServer((request, response) => {
    let body = "";
    request.on("data", (chunk: Buffer) => (body += chunk.toString()));
    request.on("end", () => {
      posted.push({ url: request.url, headers: request.headers, body });
      response.writeHead(answers.shift() ?? 204).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { server, posted, answers };
}
