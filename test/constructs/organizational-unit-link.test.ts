import { DataResource, TerraformIterator, TerraformOutput, TerraformStack, TerraformVariable, Testing } from "cdktf";
import "cdktf/lib/testing/adapters/jest";
import { CONFERENCING_PROVIDER_NAMES } from "../../src/cronofy/constants";
import { AUTHORIZE_WITH, ON_DESTROY, REMINT } from "../../src/link";
import type { OrganizationalUnitLinkProps } from "../../src/constructs";
import {
  ConferencingProvider,
  CronofyProvider,
  AuthorizeWith,
  DataCenter,
  ExistingOrganizationalUnitLink,
  LinkCompletion,
  LinkHook,
  LinkStore,
  OnDestroy,
  OrganizationalUnitLink,
  OrganizationalUnitLinks,
  Remint,
  bindings,
} from "../../src/constructs";
import { problemsOf } from "./synthesized";

Testing.setupJest();

const ACME: OrganizationalUnitLinkProps = {
  serviceAccountId: "ser_64b17f9b8090ea21640c9151",
  redirectUri: "https://links.example.com/callback",
};
const GLOBEX = { ...ACME, serviceAccountId: "ser_5f1d7f3b2c9a8e0012ab34cd" };

describe("OrganizationalUnitLink", () => {
  let stack: TerraformStack;
  let cronofy: CronofyProvider;

  beforeEach(() => {
    stack = new TerraformStack(Testing.app(), "conferencing");
    cronofy = new CronofyProvider(stack, "cronofy");
  });

  /** The stack's configuration, validations included, without cdktf's own remarks in it. */
  function synthesize(): Record<string, unknown> {
    const { "//": _remarks, ...configuration } = JSON.parse(Testing.synth(stack, true)) as Record<string, unknown>;
    return configuration;
  }

  /** Every argument of the one link, by its name in Terraform. */
  function synthesizedLink(): unknown {
    return (synthesize()["resource"] as Record<string, Record<string, unknown>>)["cronofy_organizational_unit_link"];
  }

  it("synthesizes the configuration that one would write by hand", () => {
    const acme = new OrganizationalUnitLink(stack, "acme", {
      ...ACME,
      conferencingProvider: ConferencingProvider.ZOOM_ENTERPRISE,
    });
    acme.outputAuthorizationUrl("acme_authorization_url");
    acme.outputStatus("acme_status");

    expect(synthesize()).toEqual({
      terraform: { required_providers: { cronofy: { source: "ou-link/cronofy", version: "~> 0.1.0" } } },
      provider: { cronofy: [{}] },
      resource: {
        cronofy_organizational_unit_link: {
          acme: {
            service_account_id: "ser_64b17f9b8090ea21640c9151",
            redirect_uri: "https://links.example.com/callback",
            conferencing_provider_name: "zoom_enterprise",
          },
        },
      },
      output: {
        acme_authorization_url: {
          value:
            '${cronofy_organizational_unit_link.acme.authorization_url == null ? "" : cronofy_organizational_unit_link.acme.authorization_url}',
          description: "Where the administrator authorizes acme. Works once and for minutes.",
          sensitive: true,
        },
        acme_status: {
          value: "${cronofy_organizational_unit_link.acme.status}",
          description: "Whether acme is linked.",
        },
      },
    });
  });

  it("leaves the way of an administrator to the provider where it says nothing of it", () => {
    new OrganizationalUnitLink(stack, "acme", { serviceAccountId: ACME.serviceAccountId });
    expect(synthesizedLink()).toEqual({ acme: { service_account_id: ACME.serviceAccountId } });
  });

  it("knows every choice of the provider", () => {
    expect(Object.values(AuthorizeWith)).toEqual(AUTHORIZE_WITH);
    expect(Object.values(Remint)).toEqual(REMINT);
    expect(Object.values(OnDestroy)).toEqual(ON_DESTROY);
  });

  it("passes every property on", () => {
    const germany = new CronofyProvider(stack, "germany", { dataCenter: DataCenter.DE, alias: "germany" });
    new OrganizationalUnitLink(stack, "acme", {
      ...ACME,
      conferencingProvider: ConferencingProvider.of("brand_new"),
      authorizeWith: AuthorizeWith.URL,
      state: "acme",
      authorizationParameters: { locale: "de" },
      keepers: { administrator: "2" },
      linkTokenLifetime: "5m",
      remint: Remint.NEVER,
      onDestroy: OnDestroy.KEEP,
      timeouts: { read: "30s" },
      provider: germany,
    });
    expect(synthesizedLink()).toEqual({
      acme: {
        service_account_id: ACME.serviceAccountId,
        redirect_uri: ACME.redirectUri,
        conferencing_provider_name: "brand_new",
        authorize_with: "url",
        state: "acme",
        authorization_parameters: { locale: "de" },
        keepers: { administrator: "2" },
        link_token_lifetime: "5m",
        remint: "never",
        on_destroy: "keep",
        timeouts: { read: "30s" },
        provider: "cronofy.germany",
      },
    });
  });

  it("gives what it knows as tokens", () => {
    const acme = new OrganizationalUnitLink(stack, "acme", ACME);
    const { linkId, status, linked, authorizationRequired, awaitedSince, authorizedConferencingProviderName } = acme;
    const values = { linkId, status, linked, authorizationRequired, awaitedSince, authorizedConferencingProviderName };
    for (const [name, value] of Object.entries(values)) new TerraformOutput(stack, name, { value });
    expect(synthesize()["output"]).toEqual({
      linkId: { value: "${cronofy_organizational_unit_link.acme.id}" },
      status: { value: "${cronofy_organizational_unit_link.acme.status}" },
      linked: { value: "${cronofy_organizational_unit_link.acme.linked}" },
      authorizationRequired: { value: "${cronofy_organizational_unit_link.acme.authorization_required}" },
      awaitedSince: { value: "${cronofy_organizational_unit_link.acme.awaited_since}" },
      authorizedConferencingProviderName: {
        value: "${cronofy_organizational_unit_link.acme.authorized_conferencing_provider_name}",
      },
    });
  });

  it("lets the generated resource be changed", () => {
    const acme = new OrganizationalUnitLink(stack, "acme", ACME);
    expect(acme.resource).toBeInstanceOf(bindings.organizationalUnitLink.OrganizationalUnitLink);
    acme.resource.addOverride("lifecycle.prevent_destroy", true);
    expect(synthesizedLink()).toMatchObject({ acme: { lifecycle: { prevent_destroy: true } } });
  });

  it.each([
    ["http://links.example.com/callback", "use https (http is accepted on loopback only)"],
    ["links.example.com", "write a whole address such as https://example.com/callback"],
    ["https://links.example.com/#callback", "leave out the fragment behind #"],
    ["https://me:secret@links.example.com/", "leave user name and password out of the address."],
  ])("refuses the redirect URI %s and says what to write", (redirectUri, advice) => {
    new OrganizationalUnitLink(stack, "acme", { ...ACME, redirectUri });
    expect(synthesize).toThrow(`[conferencing/acme] redirectUri: ${advice}`);
  });

  it.each(["http://127.0.0.1:8080/callback", "http://localhost:8080/callback", "http://[::1]/callback"])(
    "accepts http on loopback: %s",
    (redirectUri) => {
      new OrganizationalUnitLink(stack, "acme", { ...ACME, redirectUri });
      expect(synthesize).not.toThrow();
    },
  );

  it.each(["", " ", "uk/ser_64b17f9b8090ea21640c9151", "acc_64b17f9b8090ea21640c9151"])(
    "refuses the service account %j",
    (serviceAccountId) => {
      new OrganizationalUnitLink(stack, "acme", { ...ACME, serviceAccountId });
      expect(synthesize).toThrow("[conferencing/acme] serviceAccountId: ");
    },
  );

  describe("refuses a service account that is declared twice", () => {
    const account = ACME.serviceAccountId;
    const fleet = () =>
      new OrganizationalUnitLinks(stack, "customers", {
        links: { globex: { serviceAccountId: account }, hooli: GLOBEX },
      });
    const refusal = (one: string, other: string) =>
      `[conferencing] ${one} and ${other} declare one service account, ${account}: declare it once.`;

    it("alone and in a fleet, with both paths", () => {
      fleet();
      new OrganizationalUnitLink(stack, "acme", ACME);
      expect(problemsOf(stack)).toEqual([refusal("conferencing/customers/globex", "conferencing/acme")]);
    });

    it("also where one of the two is imported", () => {
      new OrganizationalUnitLink(stack, "acme", ACME);
      OrganizationalUnitLink.importExisting(stack, "legacy", { ...ACME, linkId: `uk/${account}` });
      expect(problemsOf(stack)).toEqual([refusal("conferencing/acme", "conferencing/legacy")]);
    });

    it("by the generated class, and whether or not the one provider is named", () => {
      new OrganizationalUnitLink(stack, "acme", ACME);
      new bindings.organizationalUnitLink.OrganizationalUnitLink(stack, "raw", { ...ACME, provider: cronofy });
      expect(problemsOf(stack)).toEqual([refusal("conferencing/acme", "conferencing/raw")]);
    });

    it("but not with another provider, nor where one of the two is on its way out", () => {
      const germany = new CronofyProvider(stack, "germany", { alias: "germany" });
      new OrganizationalUnitLink(stack, "acme", ACME);
      new OrganizationalUnitLink(stack, "acme-in-germany", { ...ACME, provider: germany });
      new OrganizationalUnitLink(stack, "former", { ...ACME, enabled: false });
      expect(problemsOf(stack)).toEqual([]);
    });
  });

  it("takes no token for a value", () => {
    new OrganizationalUnitLink(stack, "acme", {
      serviceAccountId: new TerraformVariable(stack, "service_account_id", {}).stringValue,
      redirectUri: `${new TerraformVariable(stack, "host", {}).stringValue}/callback`,
    });
    expect(synthesizedLink()).toEqual({
      acme: { service_account_id: "${var.service_account_id}", redirect_uri: "${var.host}/callback" },
    });
  });

  describe("has a name in Terraform", () => {
    const name = (...ids: string[]) =>
      ids.map((id, index) => new OrganizationalUnitLink(stack, id, { ...ACME, serviceAccountId: `ser_${index}` }));
    const names = () => Object.keys(synthesizedLink() as object);

    it("that is its id, where Terraform takes that, and else one of its own that stays", () => {
      name(
        "acme-uk",
        "acme.example",
        "acmeexample",
        "acme uk",
        "acmeuk",
        "Müller",
        "Mller",
        "株式会社",
        "有限会社",
        "3m",
      );
      new OrganizationalUnitLink(stack, "Default", GLOBEX);
      new OrganizationalUnitLinks(stack, "3ms", { links: { acme: { serviceAccountId: "ser_of_3m" } } });
      expect(names().sort()).toEqual([
        "Default",
        "Mller",
        "Mller_A7842989",
        "_3m",
        "_3ms_acme_4A2D4290",
        "_C62FE593",
        "_E6843C6E",
        "acme-uk",
        "acmeexample",
        "acmeexample_54667CC7",
        "acmeuk",
        "acmeuk_5E57FAE1",
      ]);
    });

    it("that what refers to it uses, hooks and lookups too", () => {
      const [acme] = name("3m");
      acme?.outputStatus("status");
      acme?.requireLinked();
      OrganizationalUnitLink.fromServiceAccountId(stack, "4m", GLOBEX.serviceAccountId);
      expect(synthesize()).toMatchObject({
        data: { cronofy_organizational_unit: { _4m: {} } },
        output: { status: { value: "${cronofy_organizational_unit_link._3m.status}" } },
        resource: {
          cronofy_organizational_unit_link_completion: {
            _3m_completion_B03404DF: { link_id: "${cronofy_organizational_unit_link._3m.id}" },
          },
        },
      });
    });

    it("that nothing else in the stack has", () => {
      name("acme", "_3m", "3m");
      new bindings.organizationalUnitLink.OrganizationalUnitLink(stack, "a.cme", GLOBEX);
      new OrganizationalUnitLink(stack, "odd", { serviceAccountId: "ser_9" }).resource.overrideLogicalId("9th one");
      const type = "cronofy_organizational_unit_link";
      expect(problemsOf(stack)).toEqual([
        `[conferencing] conferencing/acme and conferencing/a.cme are both ${type}.acme in Terraform, where the last replaces ` +
          "the others: rename one.",
        `[conferencing] conferencing/_3m and conferencing/3m are both ${type}._3m in Terraform, where the last replaces the ` +
          "others: rename one.",
        `[conferencing] conferencing/odd is ${type}.9th one in Terraform, where a name begins with a letter or _: rename it.`,
      ]);
    });

    it("that changes with an override, or with the names of the stack", () => {
      name("3m", "4m")[0]?.resource.overrideLogicalId("three_m");
      expect(names()).toEqual(["_4m", "three_m"]);
      class Named extends TerraformStack {
        protected override allocateLogicalId(): string {
          return "our_own";
        }
      }
      const own = new Named(Testing.app(), "named");
      new CronofyProvider(own, "cronofy");
      new OrganizationalUnitLink(own, "acme.example", ACME);
      expect(JSON.parse(Testing.synth(own, true))).toMatchObject({
        resource: { cronofy_organizational_unit_link: { our_own: {} } },
      });
    });

    it("that hangs on no value that only Terraform knows", () => {
      const { stringValue } = new TerraformVariable(stack, "customer", {});
      name(`link-${stringValue}`);
      const customers = new OrganizationalUnitLinks(stack, `fleet-${stringValue}`, {
        links: { globex: GLOBEX, initech: { serviceAccountId: "ser_b2" } },
      });
      expect(problemsOf(stack)).toEqual([
        expect.stringMatching(/^\[conferencing\] the id of conferencing\/link-\$\{.*\} has a token, a value that only/),
        expect.stringContaining(`the id of ${customers.node.path} has a token`),
      ]);
    });
  });

  it.each<[string, (link: OrganizationalUnitLink) => object | void]>([
    ["forEach", ({ resource }) => Object.assign(resource, { forEach: TerraformIterator.fromList(["a", "b"]) })],
    ["count", ({ resource }) => Object.assign(resource, { count: 2 })],
    ["for_each by an override", ({ resource }) => resource.addOverride("for_each", ["a"])],
  ])("refuses %s on its resource, which all that refers to it takes for one", (_, repeat) => {
    repeat(new OrganizationalUnitLink(stack, "acme", ACME));
    expect(problemsOf(stack)).toEqual([
      expect.stringMatching(
        /^\[conferencing\/acme\] resource: a construct is one link, and takes neither forEach nor count\. /,
      ),
    ]);
  });

  it("is found by the matchers of tests, by its class", () => {
    new OrganizationalUnitLink(stack, "acme", ACME).requireLinked();
    OrganizationalUnitLink.fromServiceAccountId(stack, "seen", GLOBEX.serviceAccountId);
    const configuration = Testing.synth(stack, true);
    expect(configuration).toHaveResourceWithProperties(OrganizationalUnitLink, { redirect_uri: ACME.redirectUri });
    expect(configuration).toHaveResource(LinkCompletion);
    expect(configuration).toHaveDataSource(ExistingOrganizationalUnitLink);
  });

  it("lends its values to another stack, as one that is declared elsewhere does", () => {
    const app = Testing.app();
    const [from, to] = ["from", "to"].map((id) => {
      const each = new TerraformStack(app, id);
      new CronofyProvider(each, "cronofy");
      return each;
    }) as [TerraformStack, TerraformStack];
    const seen = OrganizationalUnitLink.fromServiceAccountId(from, "seen", GLOBEX.serviceAccountId);
    const acme = new OrganizationalUnitLink(from, "acme", ACME);
    for (const [name, link] of Object.entries({ seen, acme })) {
      const { linkId, status, linked, authorizationRequired } = link;
      new TerraformOutput(to, name, { value: [linkId, status, linked, authorizationRequired] });
    }
    to.prepareStack();
    const { output } = JSON.parse(Testing.synth(to, true)) as { output: object };
    const values = Object.values(output).flatMap(({ value }: { value: string[] }) => value);
    expect(values).toHaveLength(8);
    for (const value of values) expect(value).toMatch(/^\$\{\(?data\.terraform_remote_state\./);
  });

  describe("as HCL", () => {
    it("writes nested attributes as the provider takes them", () => {
      new CronofyProvider(stack, "germany", { alias: "germany", linkStore: LinkStore.command(["tokens", "--print"]) });
      new OrganizationalUnitLink(stack, "acme", { ...ACME, timeouts: { read: "30s" } }).requireLinked({
        timeout: "10m",
      });
      const hcl = Testing.synthHcl(stack, true) as string;
      expect(hcl).toContain('timeouts = {\nread = "30s"\n}');
      expect(hcl).toContain('timeouts = {\ncreate = "10m"\n}');
      expect(hcl).toMatch(/link_store = \{\ncommand = \[\n"tokens",\n"--print",\n\]\n\}/);
    });

    it.each<[string, (link: OrganizationalUnitLink) => unknown]>([
      ["checks", (link) => link.expectLinkedWithinDays(3)],
      [
        "hooks",
        ({ node }) => new OrganizationalUnitLink(stack, `${node.id}-2`, { ...GLOBEX, onLinked: LinkHook.node("x") }),
      ],
    ])("cannot have %s, and says what to do", (what, declare) => {
      declare(new OrganizationalUnitLink(stack, "acme", ACME));
      expect(() => Testing.synthHcl(stack, true) as string).toThrow(
        `the CDK cannot write ${what} as HCL. Synthesize JSON`,
      );
    });
  });

  it("refuses a second output of the same name", () => {
    new OrganizationalUnitLink(stack, "acme", ACME).outputStatus("status");
    const globex = new OrganizationalUnitLink(stack, "globex", GLOBEX);
    expect(() => globex.outputStatus("status")).toThrow(/There is already a Construct with name 'output-status'/);
  });

  it("refuses a name that no output can have", () => {
    const acme = new OrganizationalUnitLink(stack, "acme", ACME);
    expect(() => acme.outputStatus("acme status")).toThrow(/"acme status" is no name of an output/);
  });

  it("synthesizes a fleet of 1,000 links", () => {
    for (let index = 0; index < 1_000; index++) {
      new OrganizationalUnitLink(stack, `customer-${index}`, { ...ACME, serviceAccountId: `ser_${index}` });
    }
    expect(Object.keys(synthesizedLink() as object)).toHaveLength(1_000);
  });

  it("puts out invitation and report", () => {
    const acme = new OrganizationalUnitLink(stack, "acme", ACME);
    acme.outputInvitationUrl("invitation");
    acme.outputReport("report");
    expect(synthesize()["output"]).toEqual({
      invitation: {
        value:
          '${cronofy_organizational_unit_link.acme.invitation_url == null ? "" : cronofy_organizational_unit_link.acme.invitation_url}',
        description: "What to send to the administrator of acme. Works until the link is made or ended.",
        sensitive: true,
      },
      report: {
        value: expect.stringMatching(/^\$\{\{ link_id = cronofy_organizational_unit_link\.acme\.id, .*\}\}$/) as string,
        description: "What is known of the link of acme.",
      },
    });
  });

  it("gives null for what a disabled link knows, and false for what it is", () => {
    const acme = new OrganizationalUnitLink(stack, "acme", { ...ACME, enabled: false });
    const { linkId, status, linked, authorizationRequired, authorizationUrl, invitationUrl, nextAction } = acme;
    const { awaitedSince, authorizedConferencingProviderName } = acme;
    const values = {
      ...{ linkId, status, linked, authorizationRequired, authorizationUrl, invitationUrl, nextAction },
      ...{ awaitedSince, authorizedConferencingProviderName },
    };
    for (const [name, value] of Object.entries(values)) new TerraformOutput(stack, name, { value });
    expect(Object.values(synthesize()["output"] as object).map(({ value }: { value: unknown }) => value)).toEqual(
      Object.keys(values)
        .sort()
        .map((name) => (name === "linked" || name === "authorizationRequired" ? "${false}" : "${null}")),
    );
  });

  it("takes an existing link in by an import block", () => {
    OrganizationalUnitLink.importExisting(stack, "legacy", { ...ACME, linkId: `uk/${ACME.serviceAccountId}` });
    expect(synthesize()["import"]).toEqual([
      { id: `uk/${ACME.serviceAccountId}`, to: "cronofy_organizational_unit_link.legacy" },
    ]);
  });

  it.each([
    ["xx/ser_64b17f9b8090ea21640c9151", "give <data center>/<service account>"],
    ["uk/", "give <data center>/<service account>"],
    ["uk/acc_1", "give <data center>/<service account>"],
    ["uk/ser_other", "it names another service account than serviceAccountId"],
  ])("refuses to import %j", (linkId, advice) => {
    OrganizationalUnitLink.importExisting(stack, "legacy", { ...ACME, linkId });
    expect(synthesize).toThrow(`[conferencing/legacy] linkId: ${advice}`);
  });

  it("looks a link up that is declared elsewhere", () => {
    const seen = OrganizationalUnitLink.fromServiceAccountId(stack, "seen", ACME.serviceAccountId);
    new TerraformOutput(stack, "required", { value: seen.authorizationRequired });
    expect(synthesize()).toMatchObject({
      data: { cronofy_organizational_unit: { seen: { service_account_id: ACME.serviceAccountId } } },
      output: { required: { value: '${(data.cronofy_organizational_unit.seen.status == "unlinked")}' } },
    });
    OrganizationalUnitLink.fromServiceAccountId(stack, "bad", "uk/ser_1");
    expect(synthesize).toThrow("[conferencing/bad] serviceAccountId: give the id alone");
  });

  describe("requireLinked", () => {
    it("gates what depends on it through the waiter", () => {
      const acme = new OrganizationalUnitLink(stack, "acme", ACME);
      const completion = acme.requireLinked({ timeout: "10m", pollInterval: "30s" });
      new DataResource(stack, "next", { dependsOn: [completion] });
      expect(acme.requireLinked()).toBe(completion);
      expect(() => acme.requireLinked({ timeout: "5m" })).toThrow("conferencing/acme is waited for already");
      const [address, waiter] = Object.entries(
        (synthesize()["resource"] as Record<string, object>)["cronofy_organizational_unit_link_completion"] ?? {},
      )[0] as [string, unknown];
      expect(waiter).toEqual({
        link_id: "${cronofy_organizational_unit_link.acme.id}",
        timeouts: { create: "10m" },
        poll_interval: "30s",
      });
      expect((synthesize()["resource"] as Record<string, unknown>)["terraform_data"]).toEqual({
        next: { depends_on: [`cronofy_organizational_unit_link_completion.${address}`] },
      });
    });

    it("waits for nothing where the link is disabled", () => {
      new OrganizationalUnitLink(stack, "acme", { ...ACME, enabled: false }).requireLinked();
      expect(Testing.synth(stack, true)).toHaveResourceWithProperties(
        bindings.organizationalUnitLinkCompletion.OrganizationalUnitLinkCompletion,
        { count: 0, link_id: ACME.serviceAccountId },
      );
    });

    it("refuses what is no duration", () => {
      new OrganizationalUnitLink(stack, "acme", ACME).requireLinked({ timeout: "soon" });
      expect(synthesize).toThrow("[conferencing/acme/completion] timeout: write a positive number with a unit");
    });
  });

  it.each<[Partial<OrganizationalUnitLinkProps>, string]>([
    [{ linkTokenLifetime: "10 minutes" }, "linkTokenLifetime: write a positive number with a unit (ms, s, m or h)"],
    [{ linkTokenLifetime: "0s" }, "linkTokenLifetime: "],
    [{ timeouts: { create: "1d" } }, "timeouts.create: "],
    [{ state: " " }, "state: set a value that is not blank, or leave it out"],
    [{ conferencingProvider: ConferencingProvider.of("") }, "conferencingProvider: set a value that is not blank"],
    [{ authorizationParameters: { scope: "x" } }, "authorizationParameters: the link sets scope itself"],
    [{ serviceAccountId: "ser_1\n" }, "serviceAccountId: it begins or ends with white space, such as the line break"],
    [{ redirectUri: `${ACME.redirectUri}\n` }, "redirectUri: it begins or ends with white space"],
    [{ redirectUri: "https://links.example.com/call back" }, "redirectUri: it has ' ', which has to be left out"],
    [{ redirectUri: "https://e.example\\cb" }, "redirectUri: "],
    [{ redirectUri: "https://bücher.example/cb" }, "redirectUri: write its host as DNS has it: xn--bcher-kva.example."],
    [{ state: "acme\u0000" }, "state: the value has a character that cannot be seen (U+0000)"],
    [{ conferencingProvider: ConferencingProvider.of(" zoom") }, "conferencingProvider: it begins or ends with white"],
  ])("refuses %j", (props, problem) => {
    new OrganizationalUnitLink(stack, "acme", { ...ACME, ...props });
    expect(synthesize).toThrow(`[conferencing/acme] ${problem}`);
  });

  it("has a constant for every conferencing provider that Cronofy documents", () => {
    const constants = Object.values(ConferencingProvider) as ConferencingProvider[];
    expect(constants.map(({ name, isKnown }) => [name, isKnown])).toEqual(
      CONFERENCING_PROVIDER_NAMES.map((name) => [name, true]),
    );
    expect(ConferencingProvider.of("brand_new")).toMatchObject({ name: "brand_new", isKnown: false });
    expect(ConferencingProvider.of("zoom_enterprise").isKnown).toBe(true);
  });

  it("warns of a conferencing provider that Cronofy does not document", () => {
    const warnings = (name: string) =>
      new OrganizationalUnitLink(stack, name, {
        ...ACME,
        conferencingProvider: ConferencingProvider.of(name),
      }).node.metadata
        .filter(({ type }) => type === "@cdktf/warn")
        .map(({ data }) => data as unknown);
    expect(warnings("zooom")).toEqual([expect.stringContaining('"zooom" is not among the names')]);
    expect(warnings("google_meet")).toEqual([]);
  });
});
