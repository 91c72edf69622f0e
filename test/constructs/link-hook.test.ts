import { readFileSync } from "node:fs";
import { NullProvider } from "@cdktf/provider-null/lib/provider";
import { Resource as NullResource } from "@cdktf/provider-null/lib/resource";
import { TerraformVariable, Testing } from "cdktf";
import type { TerraformStack } from "cdktf";
import "cdktf/lib/testing/adapters/jest";
import { HookEngine, HookFailure, LinkHook, OrganizationalUnitLink } from "../../src/constructs";
import type { OrganizationalUnitLinkProps } from "../../src/constructs";
import { HOOK_VARIABLES } from "../../src/constructs/link-hook";
import { conferencingStack, problemsOf, synthesized } from "./synthesized";

Testing.setupJest();

const ACME = { serviceAccountId: "ser_64b17f9b8090ea21640c9151", redirectUri: "https://links.example.com/callback" };
const LINK = "cronofy_organizational_unit_link.acme";

describe("hooks of a link", () => {
  let stack: TerraformStack;
  beforeEach(() => {
    stack = conferencingStack();
  });

  const declare = (props: Partial<OrganizationalUnitLinkProps>) =>
    new OrganizationalUnitLink(stack, "acme", { ...ACME, ...props });

  /** The one resource of a kind, without its name's hash. */
  const only = (type: string) => {
    const resources = Object.values(synthesized(stack)["resource"]?.[type] ?? {}) as Record<string, unknown>[];
    expect(resources).toHaveLength(1);
    return resources[0] as { count?: string; provisioner: { "local-exec": Record<string, unknown> }[] };
  };
  const provisioner = (type = "null_resource") => only(type).provisioner[0]?.["local-exec"];

  it("onAuthorizationRequired runs for each need and for each URL, and not where there is nothing to send", () => {
    declare({ onAuthorizationRequired: LinkHook.command("./notify.sh") });
    const orEmpty = (attribute: string) => `\${${LINK}.${attribute} == null ? "" : ${LINK}.${attribute}}`;
    expect(only("null_resource")).toEqual({
      count: expect.stringMatching(/^\$\{\(\S+\.authorization_required && /) as string,
      triggers: {
        link_id: `\${${LINK}.id}`,
        awaited_since: orEmpty("awaited_since"),
        minted_at: orEmpty("minted_at"),
      },
      provisioner: [
        {
          "local-exec": {
            when: "create",
            command:
              `%{ if ${LINK}.awaited_since == null || ` +
              `(${LINK}.authorize_with == "url" && ${LINK}.assumed_expires_at == null) }exit 0%{ else }./notify.sh%{ endif }`,
            working_dir: "../../..",
            environment: {
              OU_LINK_EVENT: "authorization_required",
              OU_LINK_NAME: "acme",
              OU_LINK_ID: `\${${LINK}.id}`,
              CRONOFY_DATA_CENTER: `\${split("/", ${LINK}.id)[0]}`,
              CRONOFY_SERVICE_ACCOUNT_ID: `\${split("/", ${LINK}.id)[1]}`,
              OU_LINK_STATUS: `\${${LINK}.status}`,
              OU_LINK_AWAITED_SINCE: `\${${LINK}.awaited_since}`,
              OU_LINK_INVITATION_URL: `\${${LINK}.invitation_url}`,
              OU_LINK_AUTHORIZATION_URL: `\${${LINK}.authorization_url}`,
              OU_LINK_MINTED_AT: `\${${LINK}.minted_at}`,
              OU_LINK_ASSUMED_EXPIRES_AT: `\${${LINK}.assumed_expires_at}`,
            },
          },
        },
      ],
    });
  });

  it("onLinked runs when its resource is made, which is there while the link works", () => {
    declare({ onLinked: LinkHook.node("./linked.mjs"), hookEngine: HookEngine.TERRAFORM_DATA });
    const { count, provisioner, ...rest } = only("terraform_data");
    expect(count).toMatch(/status == "linked" \? 1 : /);
    expect(rest).toEqual({ triggers_replace: { link_id: `\${${LINK}.id}` } });
    expect(provisioner[0]?.["local-exec"]).toMatchObject({
      when: "create",
      interpreter: ["node"],
      command: "./linked.mjs",
      environment: {
        OU_LINK_EVENT: "linked",
        OU_LINK_LINKED_AT: `\${${LINK}.linked_at}`,
        OU_LINK_ORGANIZATIONAL_UNIT_ID: `\${${LINK}.organizational_unit_id}`,
      },
    });
  });

  it.each([
    [HookEngine.NULL, "null_resource", "self.triggers"],
    [HookEngine.TERRAFORM_DATA, "terraform_data", "self.triggers_replace"],
  ])("onUnlinked runs when its resource goes, and knows of that alone, with %s", (hookEngine, type, self) => {
    declare({ onUnlinked: LinkHook.command("./gone.sh"), hookEngine });
    expect(provisioner(type)).toEqual({
      when: "destroy",
      command: "./gone.sh",
      working_dir: "../../..",
      environment: {
        OU_LINK_EVENT: "unlinked",
        OU_LINK_NAME: "acme",
        OU_LINK_ID: `\${${self}.link_id}`,
        CRONOFY_DATA_CENTER: `\${split("/", ${self}.link_id)[0]}`,
        CRONOFY_SERVICE_ACCOUNT_ID: `\${split("/", ${self}.link_id)[1]}`,
        OU_LINK_STATUS: "unlinked",
      },
    });
  });

  it("refer to the link by the name that it has in the end", () => {
    const link = declare({ onLinked: LinkHook.command("./linked.sh") });
    link.resource.overrideLogicalId("renamed");
    expect(JSON.stringify(only("null_resource"))).not.toContain(LINK);
  });

  it("a disabled link keeps the one hook that has something to do yet", () => {
    const hook = LinkHook.command("./hook.sh");
    declare({ onAuthorizationRequired: hook, onLinked: hook, onUnlinked: hook, enabled: false });
    expect(only("null_resource")).toMatchObject({
      count: "${0}",
      provisioner: [{ "local-exec": { when: "destroy" } }],
    });
    expect(synthesized(stack)["resource"]?.["cronofy_organizational_unit_link"]).toMatchObject({ acme: { count: 0 } });
  });

  it("take every option", () => {
    declare({
      onLinked: LinkHook.command('curl -w "%{http_code}" "${URL}"', {
        onFailure: HookFailure.CONTINUE,
        environment: { URL: "https://hooks.example.com/${x}" },
        workingDirectory: "/srv/hooks",
      }),
    });
    expect(provisioner()).toMatchObject({
      // Terraform would take these for its own templates.
      command: 'curl -w "%%{http_code}" "$${URL}"',
      on_failure: "continue",
      working_dir: "/srv/hooks",
      environment: { URL: "https://hooks.example.com/$${x}", OU_LINK_EVENT: "linked" },
    });
  });

  it("a webhook gives Node its address and the name of its key by the environment, and no shell", () => {
    declare({
      onLinked: LinkHook.webhook("https://hooks.example.com/linked?a=1&b=2", {
        secretVariable: "HOOK_KEY",
        onFailure: HookFailure.CONTINUE,
      }),
    });
    expect(provisioner()).toMatchObject({
      interpreter: ["node", "-e"],
      quiet: true,
      on_failure: "continue",
      environment: {
        OU_LINK_HOOK_URL: "https://hooks.example.com/linked?a=1&b=2",
        OU_LINK_HOOK_SECRET_VARIABLE: "HOOK_KEY",
      },
    });
    expect(provisioner()?.["command"]).not.toMatch(/hooks\.example|[$%]\{/);
  });

  it("a webhook finds a secret address in the environment", () => {
    declare({ onLinked: LinkHook.webhookFromVariable("CHAT_URL") });
    expect(provisioner()?.["environment"]).toMatchObject({ OU_LINK_HOOK_URL_VARIABLE: "CHAT_URL" });
  });

  describe("add a provider for null_resource", () => {
    const hooked = () => declare({ onLinked: LinkHook.command("./linked.sh") });

    it("once, for however many hooks", () => {
      hooked();
      new OrganizationalUnitLink(stack, "globex", {
        serviceAccountId: "ser_5f1d7f3b2c9a8e0012ab34cd",
        onLinked: LinkHook.command("./linked.sh"),
      });
      expect(synthesized(stack)["provider"]?.["null"]).toEqual([{}]);
    });

    it.each(["before", "after"])("unless the user declares one, %s the link", (when) => {
      if (when === "after") hooked();
      new NullProvider(stack, "mine");
      if (when === "before") hooked();
      expect(synthesized(stack)["provider"]?.["null"]).toEqual([{}]);
    });

    it("beside one that has an alias", () => {
      new NullProvider(stack, "other", { alias: "other" });
      hooked();
      expect(synthesized(stack)["provider"]?.["null"]).toEqual([{ alias: "other" }, {}]);
    });

    it("not for terraform_data, and not without hooks", () => {
      declare({ onLinked: LinkHook.command("./linked.sh"), hookEngine: HookEngine.TERRAFORM_DATA });
      expect(synthesized(stack)["provider"]).toEqual({ cronofy: [{}] });
      expect(Testing.synth(stack)).not.toHaveResource(NullResource);
    });
  });

  describe("are refused", () => {
    it.each<[string, LinkHook, string]>([
      ["an empty command", LinkHook.command(" "), "write a command, such as ./notify.sh."],
      ["an empty script", LinkHook.node(""), "name a script, such as ./notify.mjs."],
      [
        "a variable of the hook's own",
        LinkHook.command("x", { environment: { OU_LINK_ID: "y" } }),
        "environment: OU_LINK_ID is set by the hook itself; choose another name.",
      ],
      [
        "a name that no variable has",
        LinkHook.command("x", { environment: { "MY-TEAM": "y" } }),
        'environment: "MY-TEAM" is no name of a variable; use letters, digits and _.',
      ],
      [
        "half an address",
        LinkHook.webhook("hooks.example.com"),
        "the address of the webhook: write a whole address such as https://example.com/callback.",
      ],
      [
        "an open address",
        LinkHook.webhook("http://hooks.example.com/"),
        "the address of the webhook: use https (http is",
      ],
      [
        "a password",
        LinkHook.webhook("https://me:secret@hooks.example.com/"),
        "leave user name and password out of the address. One that is a secret belongs in a variable: LinkHook.webhookFrom",
      ],
      [
        "a key in place of its name",
        LinkHook.webhook("https://hooks.example.com/", { secretVariable: "whsec_x/y=" }),
        "is no name of an environment variable; give the name, not its value.",
      ],
      ["a line break behind its address", LinkHook.webhook("https://hooks.example.com/\n"), "take .trim() of it"],
      ["no command", LinkHook.command(null as unknown as string, null as unknown as object), "write a command"],
      ["no name of a variable", LinkHook.webhookFromVariable(null as unknown as string), '"" is no name of an'],
      [
        "something else for its failure",
        LinkHook.command("x", { onFailure: "ignore" as HookFailure }),
        'onFailure: choose one of fail, continue; got "ignore".',
      ],
      ["a text in place of it", "./notify.sh" as unknown as LinkHook, "write LinkHook.command(…), LinkHook.node(…) or"],
    ])("with %s", (_, hook, problem) => {
      declare({ onAuthorizationRequired: hook });
      expect(problemsOf(stack)).toEqual([expect.stringContaining(problem)]);
      expect(problemsOf(stack)[0]).toMatch(/^\[conferencing\/acme\] onAuthorizationRequired: /);
      expect(problemsOf(stack)[0]).not.toContain("secret@");
    });

    it("not with options that data leaves empty", () => {
      const nothing = { onFailure: null, workingDirectory: null, environment: { TEAM: null } } as unknown as object;
      declare({ onAuthorizationRequired: LinkHook.command("./hook.sh", nothing) });
      expect(JSON.stringify(synthesized(stack)["resource"]?.["null_resource"])).not.toMatch(/TEAM|null,|"null"/);
    });

    it("with references, where Terraform knows none", () => {
      const { stringValue } = new TerraformVariable(stack, "team", {});
      const hook = LinkHook.command("./gone.sh", { environment: { TEAM: stringValue } });
      declare({ onUnlinked: hook });
      expect(problemsOf(stack)).toEqual([
        expect.stringMatching(/^\[conferencing\/acme\] onUnlinked: it runs when a resource is destroyed/),
      ]);
    });

    it("not with references elsewhere", () => {
      const { stringValue } = new TerraformVariable(stack, "team", {});
      declare({ onLinked: LinkHook.command("./linked.sh", { environment: { TEAM: stringValue } }) });
      expect(provisioner()?.["environment"]).toMatchObject({ TEAM: "${var.team}" });
    });
  });

  it("have every variable in the guide", () => {
    const rows = readFileSync("docs/guides/hooks.md", "utf8").matchAll(/^\| `(\w+)` +\| (.+?) +\|$/gm);
    const documented = [...rows].map(([, name, meaning]) => [name, meaning]);
    expect(Object.fromEntries(documented)).toMatchObject(HOOK_VARIABLES);
  });
});
