import type { TerraformStack } from "cdktf";
import {
  ConferencingProvider,
  LinkHook,
  OnDestroy,
  OrganizationalUnitLinks,
  Remint,
  RequireKeepers,
} from "../../src/constructs";
import type { OrganizationalUnitLinkProps, OrganizationalUnitLinksProps } from "../../src/constructs";
import { conferencingStack, problemsOf, synthesized } from "./synthesized";

/** What data may leave empty, or fill with anything. */
const FIELDS = [
  ...["enabled", "onDestroy", "redirectUri", "state", "timeouts", "keepers", "authorizeWith", "linkTokenLifetime"],
  ...["conferencingProvider", "authorizationParameters", "remint", "provider"],
  ...["onAuthorizationRequired", "onLinked", "onUnlinked", "hookEngine"],
];

describe("OrganizationalUnitLinks", () => {
  let stack: TerraformStack;
  beforeEach(() => {
    stack = conferencingStack();
  });

  const declare = (
    links: Record<string, OrganizationalUnitLinkProps>,
    shared: Partial<OrganizationalUnitLinksProps> = {},
  ) => declareAs("customers", links, shared);
  const declareAs = (
    id: string,
    links: Record<string, OrganizationalUnitLinkProps>,
    shared: Partial<OrganizationalUnitLinksProps> = {},
  ) =>
    new OrganizationalUnitLinks(stack, id, {
      redirectUri: "https://links.example.com/callback",
      ...shared,
      links,
    });
  const resources = (): unknown[] =>
    Object.values(synthesized(stack)["resource"]?.["cronofy_organizational_unit_link"] ?? {});

  it("gives every link what they share, unless it says otherwise", () => {
    declare(
      {
        globex: { serviceAccountId: "ser_a1" },
        initech: {
          serviceAccountId: "ser_b2",
          redirectUri: "https://initech.example.com/callback",
          conferencingProvider: ConferencingProvider.MS_TEAMS,
          state: "mine",
          authorizationParameters: { locale: "de" },
          keepers: { owner: "me" },
          linkTokenLifetime: "5m",
          remint: Remint.WHEN_STALE,
          onDestroy: OnDestroy.REVOKE,
          timeouts: { read: "30s" },
        },
      },
      {
        conferencingProvider: ConferencingProvider.ZOOM_ENTERPRISE,
        authorizationParameters: { locale: "en" },
        keepers: { owner: "ops" },
        linkTokenLifetime: "8m",
        remint: Remint.NEVER,
        onDestroy: OnDestroy.KEEP,
        timeouts: { read: "1m" },
      },
    );
    expect(resources()).toEqual([
      {
        service_account_id: "ser_a1",
        redirect_uri: "https://links.example.com/callback",
        conferencing_provider_name: "zoom_enterprise",
        authorization_parameters: { locale: "en" },
        keepers: { owner: "ops" },
        link_token_lifetime: "8m",
        remint: "never",
        on_destroy: "keep",
        timeouts: { read: "1m" },
      },
      {
        service_account_id: "ser_b2",
        redirect_uri: "https://initech.example.com/callback",
        conferencing_provider_name: "ms_teams",
        state: "mine",
        authorization_parameters: { locale: "de" },
        keepers: { owner: "me" },
        link_token_lifetime: "5m",
        remint: "when_stale",
        on_destroy: "revoke",
        timeouts: { read: "30s" },
      },
    ]);
  });

  it("takes data as it comes from a file", () => {
    const file = '{ "Globex, Inc.": { "serviceAccountId": "ser_a1" }, "Müller": { "serviceAccountId": "ser_b2" } }';
    const links = declare(JSON.parse(file) as Record<string, OrganizationalUnitLinkProps>);
    links.outputStatuses("statuses");
    expect(synthesized(stack)["output"]).toMatchObject({
      statuses: {
        value: expect.stringMatching(
          /^\$\{\{ "Globex, Inc\." = cron.*\.status, "Müller" = cron.*\.status \}\}$/,
        ) as string,
      },
    });
    expect(links.names).toEqual(["Globex, Inc.", "Müller"]);
  });

  it("takes a field that data leaves empty for one that is not there", () => {
    const empty = FIELDS.map((field) => [field, null]);
    const own = { timeouts: { read: null, create: "3m" }, keepers: { owner: null }, authorizationParameters: null };
    const shared = {
      onDestroy: OnDestroy.KEEP,
      conferencingProvider: ConferencingProvider.ZOOM_ENTERPRISE,
      keepers: { owner: "ops" },
      remint: null,
    };
    declare(
      {
        globex: { serviceAccountId: "ser_a1", ...(Object.fromEntries(empty) as object) },
        initech: { serviceAccountId: "ser_b2", ...(own as object) },
      },
      shared as object,
    );
    const link = {
      redirect_uri: "https://links.example.com/callback",
      conferencing_provider_name: "zoom_enterprise",
      keepers: { owner: "ops" },
      on_destroy: "keep",
    };
    expect(resources()).toEqual([
      { service_account_id: "ser_a1", ...link },
      { service_account_id: "ser_b2", ...link, timeouts: { create: "3m" } },
    ]);
  });

  it("refuses an enabled that is neither true nor false, and ends nothing by it", () => {
    declare({ globex: { serviceAccountId: "ser_a1", enabled: "false" as unknown as boolean } });
    expect(problemsOf(stack)).toEqual([
      '[conferencing/customers/globex] enabled: write true or false; got "false". Whether a link ends is not left to a guess.',
    ]);
    expect(JSON.stringify(stack.toTerraform())).not.toContain('"count"');
  });

  it.each([null, 7, "x ", [], {}, { a: null }, { a: 1 }, true])("says which field of which link holds %j", (value) => {
    const fields = [...FIELDS, "serviceAccountId"];
    RequireKeepers.applyTo(stack, []);
    fields.forEach((field, index) => {
      declareAs(`fleet-${index}`, { globex: { serviceAccountId: `ser_${index}`, [field]: value } });
    });
    stack.prepareStack();
    for (const problem of problemsOf(stack)) {
      const [, index, field] = /^\[conferencing\/fleet-(\d+)\/globex\] (\w+)[:.]/.exec(problem) ?? [];
      expect([problem, field]).toEqual([problem, fields[Number(index)]]);
    }
  });

  it.each([
    [null, "null"],
    [["ser_a1"], "a list"],
    ["{}", '"{}"'],
  ])("refuses %j in place of links, for it would end them all", (links, got) => {
    declare(links as unknown as Record<string, OrganizationalUnitLinkProps>);
    expect(problemsOf(stack)).toEqual([
      `[conferencing/customers] links: give an object with the links by name; got ${got}.`,
    ]);
  });

  it("takes customers' names as they are, and keeps the resource of each when others come and go", () => {
    const names = [
      "acme.example",
      "acmeexample",
      "acme uk",
      "Müller",
      "Mller",
      "株式会社",
      "有限会社",
      "3m",
      "deadline",
    ];
    names.push("Default", "Resource", "100%{x}", "a/b", "${x}");
    const fleet = (customers: readonly string[]) => {
      stack = conferencingStack();
      const links = customers.map((name) => [name, { serviceAccountId: `ser_${names.indexOf(name)}` }] as const);
      const declared = declare(Object.fromEntries(links), { onLinked: LinkHook.command("./hook.sh") });
      declared.expectLinkedWithinDays(14);
      declared.outputStatuses("statuses");
      const configured = synthesized(stack)["resource"]?.["cronofy_organizational_unit_link"] ?? {};
      return new Map(
        Object.entries(configured).map(([name, link]) => [
          (link as Record<string, string>)["service_account_id"],
          name,
        ]),
      );
    };
    const all = fleet(names);
    expect(JSON.stringify(synthesized(stack)["resource"]?.["null_resource"])).toContain('"OU_LINK_NAME":"100%%{x}"');
    expect(all.size).toBe(names.length);
    for (const address of all.values()) expect(address).toMatch(/^[A-Za-z_][\w-]*$/);
    const some = fleet(names.filter((_, index) => index % 2 === 1));
    for (const [account, address] of some) expect(address).toBe(all.get(account));
  });

  it("says which names the CDK takes for one, or for none", () => {
    declare({
      ...(JSON.parse('{ "": {}, "constructor": {}, "__proto__": {}, "acme\\n": {} }') as object),
      "a/b": { serviceAccountId: "ser_2" },
      "a--b": { serviceAccountId: "ser_3" },
    });
    expect(problemsOf(stack)).toEqual([
      '[conferencing/customers] links: the name "": set a value that is not blank, or leave it out.',
      '[conferencing/customers] links: "constructor" is a name that the CDK cannot take: write it otherwise.',
      '[conferencing/customers] links: "__proto__" is a name that the CDK cannot take: write it otherwise.',
      expect.stringContaining('links: the name "acme\\n": it begins or ends with white space'),
      '[conferencing/customers] links: "a/b" and "a--b" are one id to the CDK, which writes / as --: rename one.',
    ]);
  });

  it("says that a second deadline is one too many", () => {
    const links = declare({ globex: { serviceAccountId: "ser_a1" } });
    links.expectLinkedWithinDays(14);
    expect(() => links.expectLinkedWithinDays(7)).toThrow(
      "conferencing/customers has expectLinkedWithinDays already: call it once, and name no link so.",
    );
  });

  it("names what data lacks, or has in another form", () => {
    declare(
      JSON.parse('{ "acme": { "service_account_id": "ser_a1", "conferencingProvider": "ms_teams" } }') as Record<
        string,
        OrganizationalUnitLinkProps
      >,
    );
    expect(problemsOf(stack)).toEqual([
      "[conferencing/customers/acme] serviceAccountId: give the id of the service account, such as " +
        "ser_64b17f9b8090ea21640c9151; there is none.",
      '[conferencing/customers/acme] conferencingProvider: write ConferencingProvider.of("ms_teams") for the name in the data.',
    ]);
  });

  it("runs shared hooks for each link, and a link's own in their place", () => {
    declare(
      {
        globex: { serviceAccountId: "ser_a1" },
        initech: { serviceAccountId: "ser_b2", onLinked: LinkHook.command("./own.sh") },
      },
      { onLinked: LinkHook.command("./shared.sh") },
    );
    const commands = JSON.stringify(synthesized(stack)["resource"]?.["null_resource"]);
    expect(commands.match(/\.\/\w+\.sh/g)?.sort()).toEqual(["./own.sh", "./shared.sh"]);
  });

  it("finds a link by its name, and says which there are where it finds none", () => {
    const links = declare({ globex: { serviceAccountId: "ser_a1" }, initech: { serviceAccountId: "ser_b2" } });
    expect(links.link("globex").node.path).toBe("conferencing/customers/globex");
    expect(() => links.link("acme")).toThrow('conferencing/customers has no link "acme". It has globex, initech.');
  });

  it("names all that is wrong with all links at once", () => {
    declare({
      globex: { serviceAccountId: "uk/ser_a1", redirectUri: "links.example.com" },
      initech: { serviceAccountId: "ser_b2", linkTokenLifetime: "10 minutes" },
      hooli: { serviceAccountId: "ser_b2" },
    });
    expect(problemsOf(stack)).toEqual([
      "[conferencing] conferencing/customers/initech and conferencing/customers/hooli declare one service account, " +
        "ser_b2: declare it once.",
      expect.stringContaining("[conferencing/customers/globex] serviceAccountId: give the id alone"),
      expect.stringContaining("[conferencing/customers/globex] redirectUri: write a whole address"),
      expect.stringContaining(
        "[conferencing/customers/initech] linkTokenLifetime: write a positive number with a unit",
      ),
    ]);
  });

  it("marks what holds a URL as sensitive, and nothing else", () => {
    const links = declare({ globex: { serviceAccountId: "ser_a1" } });
    links.outputAuthorizationUrls("urls");
    links.outputInvitationUrls("invitations");
    links.outputReport("report");
    const { urls, invitations, report } = synthesized(stack)["output"] as Record<string, Record<string, unknown>>;
    expect([urls?.["sensitive"], invitations?.["sensitive"], report?.["sensitive"]]).toEqual([true, true, undefined]);
    expect(report?.["value"]).not.toMatch(/url|token/);
  });

  it("has a deadline for all beside one of a link's own", () => {
    const links = declare({ globex: { serviceAccountId: "ser_a1" }, initech: { serviceAccountId: "ser_b2" } });
    links.expectLinkedWithinDays(14);
    links.link("globex").expectLinkedWithinDays(1.5);
    const { check } = synthesized(stack);
    const text = JSON.stringify(check);
    expect([text.includes("36h"), text.includes("336h")]).toEqual([true, true]);
    expect(Object.keys(check ?? {})).toHaveLength(2);
  });

  it("refuses a deadline that is none", () => {
    declare({ globex: { serviceAccountId: "ser_a1" } }).expectLinkedWithinDays(0);
    expect(problemsOf(stack)).toEqual([
      "[conferencing/customers/expectLinkedWithinDays] give a number of days that is more than none; got 0.",
    ]);
  });
});
