import type { TerraformStack } from "cdktf";
import {
  ConferencingProvider,
  CronofyProvider,
  OnDestroy,
  OrganizationalUnitLink,
  OrganizationalUnitLinks,
  RequireConferencingProvider,
  RequireKeepers,
  RequireOnDestroy,
  RequireRedirectHost,
  bindings,
} from "../../src/constructs";
import { conferencingStack, problemsOf } from "./synthesized";

const ACME = { serviceAccountId: "ser_64b17f9b8090ea21640c9151", redirectUri: "https://links.example.com/callback" };

describe("rules for a fleet", () => {
  let stack: TerraformStack;
  beforeEach(() => {
    stack = conferencingStack();
  });

  it("name each link that has no conferencing provider that is allowed", () => {
    RequireConferencingProvider.applyTo(stack, [ConferencingProvider.ZOOM_ENTERPRISE, ConferencingProvider.MS_TEAMS]);
    new OrganizationalUnitLinks(stack, "customers", {
      redirectUri: ACME.redirectUri,
      links: {
        acme: { serviceAccountId: "ser_a1", conferencingProvider: ConferencingProvider.ZOOM_ENTERPRISE },
        globex: { serviceAccountId: "ser_b2", conferencingProvider: ConferencingProvider.GOOGLE_MEET },
        initech: { serviceAccountId: "ser_c3" },
      },
    });
    const advice = "conferencingProvider: choose one that is allowed here (zoom_enterprise, ms_teams)";
    expect(problemsOf(stack)).toEqual([
      `[conferencing/customers/globex] ${advice}; got "google_meet".`,
      `[conferencing/customers/initech] ${advice}; got none.`,
    ]);
  });

  it("name each link whose administrator would return elsewhere", () => {
    RequireRedirectHost.applyTo(stack, ["links.example.com", "Localhost:8080"]);
    new OrganizationalUnitLink(stack, "acme", ACME);
    new OrganizationalUnitLink(stack, "local", {
      serviceAccountId: "ser_b2",
      redirectUri: "http://localhost:8080/callback",
    });
    new OrganizationalUnitLink(stack, "globex", {
      serviceAccountId: "ser_c3",
      redirectUri: "https://evil.example.com/callback",
    });
    expect(problemsOf(stack)).toEqual([
      '[conferencing/globex] redirectUri: use a host that is allowed here (links.example.com, Localhost:8080); got "https://evil.example.com/callback".',
    ]);
  });

  it("know the link service to which an administrator returns by default, where the stack says it", () => {
    RequireRedirectHost.applyTo(stack, ["links.example.com"]);
    const provider = (alias: string, linkServiceUrl: string) =>
      new CronofyProvider(stack, alias, { alias, linkServiceUrl });
    const ours = provider("ours", "https://links.example.com");
    const theirs = provider("theirs", "https://evil.example.com");
    new OrganizationalUnitLink(stack, "acme", { serviceAccountId: "ser_a1", provider: ours });
    new OrganizationalUnitLink(stack, "globex", { serviceAccountId: "ser_b2", provider: theirs });
    // That of the environment, which nobody knows here.
    new OrganizationalUnitLink(stack, "initech", { serviceAccountId: "ser_c3" });
    expect(problemsOf(stack)).toEqual([
      '[conferencing/globex] redirectUri: use a host that is allowed here (links.example.com); got "https://evil.example.com".',
    ]);
  });

  it("name the keepers that a link lacks", () => {
    RequireKeepers.applyTo(stack, ["owner", "ticket"]);
    new OrganizationalUnitLink(stack, "acme", { ...ACME, keepers: { owner: "ops", ticket: "7" } });
    new OrganizationalUnitLink(stack, "globex", { serviceAccountId: "ser_b2", keepers: { owner: "ops" } });
    expect(problemsOf(stack)).toEqual([
      "[conferencing/globex] keepers: add ticket, which every link has to have here.",
    ]);
  });

  it("name each link that would be treated otherwise when it is destroyed", () => {
    RequireOnDestroy.applyTo(stack, OnDestroy.KEEP);
    new OrganizationalUnitLink(stack, "acme", { ...ACME, onDestroy: OnDestroy.KEEP });
    new OrganizationalUnitLink(stack, "globex", { serviceAccountId: "ser_b2" });
    expect(problemsOf(stack)).toEqual([
      '[conferencing/globex] onDestroy: write OnDestroy.KEEP, as every link has to here; got "revoke".',
    ]);
  });

  it("hold for links of the generated class too, and only below the scope", () => {
    const elsewhere = new OrganizationalUnitLinks(stack, "elsewhere", {
      redirectUri: ACME.redirectUri,
      links: { acme: { serviceAccountId: "ser_a1" } },
    });
    RequireKeepers.applyTo(elsewhere, ["owner"]);
    new bindings.organizationalUnitLink.OrganizationalUnitLink(stack, "raw", ACME);
    expect(problemsOf(stack)).toHaveLength(1);
    RequireKeepers.applyTo(stack, ["ticket"]);
    expect(problemsOf(stack)).toContain("[conferencing/raw] keepers: add ticket, which every link has to have here.");
  });
});
