import type { TerraformStack } from "cdktf";
import { ConferencingProvider, LinkHook, OnDestroy, OrganizationalUnitLinks, Remint } from "../../src/constructs";
import type { OrganizationalUnitLinkProps, OrganizationalUnitLinksProps } from "../../src/constructs";
import { conferencingStack, problemsOf, synthesized } from "./synthesized";

describe("OrganizationalUnitLinks", () => {
  let stack: TerraformStack;
  beforeEach(() => {
    stack = conferencingStack();
  });

  const declare = (
    links: Record<string, OrganizationalUnitLinkProps>,
    shared: Partial<OrganizationalUnitLinksProps> = {},
  ) =>
    new OrganizationalUnitLinks(stack, "customers", {
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

  it("names what data lacks, or has in another form", () => {
    declare(
      JSON.parse('{ "acme": { "service_account_id": "ser_a1", "conferencingProvider": "ms_teams" } }') as Record<
        string,
        OrganizationalUnitLinkProps
      >,
    );
    expect(problemsOf(stack)).toEqual([
      '[conferencing/customers/acme] serviceAccountId: give the id of a service account, such as ser_64b17f9b8090ea21640c9151; got "".',
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
      expect.stringContaining("[conferencing/customers/globex] serviceAccountId: give the id of a service account"),
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
      "[conferencing/customers/deadline] expectLinkedWithinDays: give a number of days that is more than none; got 0.",
    ]);
  });
});
