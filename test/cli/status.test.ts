import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { PLACEHOLDERS } from "../../src/cli/reminders";
import { findTerraform } from "../../src/plugin/testing";
import { LINK, raiseStage } from "../e2e/stage";
import { readOpenMetrics } from "../drift/openmetrics-text";
import { ouLinkHere } from "./ou-link-here";
import { ouLink, startOuLink } from "./ou-link-process";
import { AUTHORIZATION_URL, INVITATION_URL, INVITED, stateText } from "./terraform-state-text";

let folder: string;
beforeEach(async () => (folder = await mkdtemp(path.join(os.tmpdir(), "ou-link-status-"))));
afterEach(() => rm(folder, { recursive: true }));

/** A Terraform that says what it is told to, for what the real one does only on a bad day. */
async function terraformThat(script: string): Promise<Record<string, string>> {
  const program = path.join(folder, "terraform");
  await writeFile(program, `#!/bin/sh\n${script}\n`);
  await chmod(program, 0o755);
  return { TERRAFORM_BINARY_NAME: program };
}

async function stateFile(links: Parameters<typeof stateText>[0], name = "state.json"): Promise<string> {
  const file = path.join(folder, name);
  await writeFile(file, stateText(links));
  return file;
}

const FLEET: Parameters<typeof stateText>[0] = [
  { address: LINK },
  {
    address: 'module.emea["de"].cronofy_organizational_unit_link.globex',
    values: {
      id: "de/ser_2",
      service_account_id: "ser_2",
      status: "linked",
      awaited_since: null,
      linked_at: "2026-02-03T04:05:06.789Z",
    },
  },
  {
    address: "cronofy_organizational_unit_link.late",
    values: { id: "us/ser_3", service_account_id: "ser_3", assumed_expires_at: "2026-01-02T03:14:05Z" },
  },
];

describe("ou-link status", () => {
  it("shows each link of a file on a line of its own, and no URL", async () => {
    const { exitCode, stdout, stderr } = await ouLinkHere(["status", await stateFile(FLEET)]);
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "3 links: 2 pending, 1 linked.\n" });
    expect(stdout.split("\n").map((line) => line.split(/ {2,}/))).toEqual([
      ["CUSTOMER", "SERVICE ACCOUNT", "DATA CENTER", "STATUS", "SINCE", "NEXT ACTION"],
      ["acme", "ser_1", "us", "pending", "2026-01-02T03:04Z", expect.stringContaining("Send the administrator")],
      ["globex", "ser_2", "de", "linked", "2026-02-03T04:05Z", expect.anything()],
      ["late", "ser_3", "us", "pending, lapsed", "2026-01-02T03:04Z", expect.stringContaining("Apply: that reads")],
      [""],
    ]);
    expect(stdout).not.toContain("://");
  });

  it("says the same in JSON, from standard input, without a URL", async () => {
    const ended = ouLink(["status", "-", "--json", "--quiet"], {}, stateText(FLEET));
    const { exitCode, stdout, stderr } = await ended;
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
    const { format_version, links, errors } = JSON.parse(stdout) as Record<string, unknown>;
    expect({ format_version, errors }).toEqual({ format_version: "1.0", errors: [] });
    expect(links).toMatchObject([
      { address: LINK, name: "acme", data_center: "us", status: "pending", lapsed: false, source: "-" },
      { service_account_id: "ser_2", customer: "globex", since: "2026-02-03T04:05:06.789Z", awaited_since: null },
      { lapsed: true },
    ]);
    expect(stdout).not.toMatch(/:\/\/|t0ken/);
  });

  it("says the same to Prometheus, also of a state that cannot be read", async () => {
    const broken = path.join(folder, "broken.json");
    await writeFile(broken, "{}");
    const file = await stateFile(FLEET);
    const { exitCode, stdout, stderr } = await ouLinkHere(["status", file, broken, "--format", "openmetrics"]);
    expect({ exitCode, stderr }).toEqual({ exitCode: 1, stderr: expect.stringContaining(broken) as string });
    const samples = readOpenMetrics(stdout);
    const counts = samples.flatMap(({ name, labels, value }) =>
      name === "ou_link_status_links" && labels["source"] === file ? [[labels["status"], value]] : [],
    );
    expect(Object.fromEntries(counts)).toEqual({ pending: 2, stale: 0, linked: 1, unlinked: 0, unknown: 0 });
    expect(samples).toContainEqual({
      name: "ou_link_status_oldest_awaited_timestamp_seconds",
      labels: { source: file },
      value: Date.parse("2026-01-02T03:04:05Z") / 1000,
    });
    expect(samples.filter(({ name }) => name === "ou_link_status_source_success")).toMatchObject([
      { labels: { source: file }, value: 1 },
      { labels: { source: broken }, value: 0 },
    ]);
  });

  it("tells of one unit that is recorded for two service accounts, in JSON too", async () => {
    const linked = (serviceAccountId: string, dataCenter = "us") => ({
      address: `cronofy_organizational_unit_link.${serviceAccountId}`,
      values: {
        id: `${dataCenter}/${serviceAccountId}`,
        service_account_id: serviceAccountId,
        status: "linked",
        awaited_since: null,
        organizational_unit_id: "ou_1",
      },
    });
    const shared = await stateFile([linked("ser_1"), linked("ser_2")]);
    const { exitCode, stderr } = await ouLinkHere(["status", shared, "--quiet"]);
    expect(exitCode).toBe(0);
    expect(stderr).toMatch(/^The Organizational Unit ou_1 of ser_1 is recorded for ser_2 too\. Check that .*\.\n$/);
    const { stdout } = await ouLinkHere(["status", shared, "--json"]);
    expect(JSON.parse(stdout)).toMatchObject({
      shared_units: [
        { organizational_unit_id: "ou_1", service_account_ids: ["ser_1", "ser_2"], says: stderr.trimEnd() },
      ],
    });
    // Ids of another data center are other ids, and so is a link that two states show.
    const apart = await stateFile([linked("ser_1"), linked("ser_2", "de")], "apart.json");
    expect(await ouLinkHere(["status", apart, apart, "--quiet"])).toMatchObject({ exitCode: 0, stderr: "" });
  });

  it("prints one URL when asked, the invitation where there is one", async () => {
    const invited = { address: "cronofy_organizational_unit_link.invited", values: { ...INVITED, id: "us/ser_4" } };
    const file = await stateFile([...FLEET, invited]);
    const ask = async (...args: string[]) => ouLinkHere(["status", file, ...args]);
    expect(await ask("--url", "acme")).toEqual({ exitCode: 0, stdout: `${AUTHORIZATION_URL}\n`, stderr: "" });
    expect(await ask("--url", invited.address)).toEqual({ exitCode: 0, stdout: `${INVITATION_URL}\n`, stderr: "" });
    const lapsed = await ask("--url", "late", "--url-kind", "authorization");
    expect(lapsed).toMatchObject({ exitCode: 0, stdout: `${AUTHORIZATION_URL}\n` });
    expect(lapsed.stderr).toContain("has probably lapsed");
    const linked = await ask("--url", "globex");
    expect(linked).toMatchObject({ exitCode: 1, stdout: "" });
    expect(linked.stderr).toContain("globex is linked: nobody has to come.");
    const nobody = await ask("--url", "initech");
    expect(nobody).toMatchObject({ exitCode: 1, stdout: "" });
    expect(nobody.stderr).toContain('There is no link "initech"');
  });

  describe("by whatever name is short and means one link", () => {
    const KEYED = 'cronofy_organizational_unit_link.customer["globex"]';
    const CDK = "cronofy_organizational_unit_link.customers_globex_FF83CE24";

    it.each([
      ["its key", { address: KEYED, index: "globex" }],
      ["the customer that keepers name", { address: CDK, values: { keepers: { customer: "globex" } } }],
      ["the module of each customer", { address: 'module.link["globex"].cronofy_organizational_unit_link.this' }],
      ["the service account", { address: CDK, values: { id: "us/globex", service_account_id: "globex" } }],
    ])("such as %s", async (_, link) => {
      const file = await stateFile([{ address: LINK, values: { id: "us/ser_9", service_account_id: "ser_9" } }, link]);
      expect(await ouLinkHere(["status", file, "--url", "globex"])).toMatchObject({ exitCode: 0, stderr: "" });
    });

    it("such as its name in the fleet, where a CDK made it", async () => {
      const synthesized = {
        resource: {
          cronofy_organizational_unit_link: {
            customers_globex_FF83CE24: { "//": { metadata: { path: "links/customers/globex/Default" } } },
          },
        },
      };
      await writeFile(path.join(folder, "cdk.tf.json"), JSON.stringify(synthesized));
      await writeFile(path.join(folder, "shown.json"), stateText([{ address: CDK }, { address: LINK }]));
      const env = await terraformThat("exec cat shown.json");
      const { stdout } = await ouLinkHere(["status", folder], env);
      expect(stdout.split("\n").map((line) => line.split(" ")[0])).toEqual(["CUSTOMER", "globex", "acme", ""]);
      expect(await ouLinkHere(["status", folder, "--url", "globex"], env)).toMatchObject({ exitCode: 0, stderr: "" });
      const { stdout: letter } = await ouLinkHere(["remind", folder], env);
      expect(letter).toContain("Subject: Connect globex's video meetings");
    });

    it("but not by one that means two, and shows these then", async () => {
      const file = await stateFile([
        { address: KEYED, index: "globex" },
        { address: CDK, values: { id: "de/ser_1", keepers: { customer: "globex" } } },
        { address: LINK, values: { id: "us/ser_2", service_account_id: "ser_2" } },
      ]);
      for (const name of ["globex", "ser_1"]) {
        const { exitCode, stdout, stderr } = await ouLinkHere(["status", file, "--url", name]);
        expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: "" });
        expect(stderr).toContain(`2 links are called ${name}.`);
        expect(stderr).toContain(`${KEYED}  us/ser_1  ${file}`);
        expect(stderr).toContain(`${CDK}  de/ser_1  ${file}`);
        expect(stderr).not.toContain(LINK);
      }
      expect(await ouLinkHere(["status", file, "--url", "de/ser_1"])).toMatchObject({ exitCode: 0 });
      const { stdout } = await ouLinkHere(["status", file]);
      expect(stdout.split("\n").map((line) => line.split(" ")[0])).toEqual([
        "CUSTOMER",
        'customer["globex"]',
        "customers_globex_FF83CE24",
        "acme",
        "",
      ]);
    });
  });

  it("shows a link once, whatever a replacement has left of it, and who is asked anew", async () => {
    const values = { status: "linked", linked_at: "2026-02-03T04:05:06Z", awaited_since: "2026-03-04T05:06:07Z" };
    const file = await stateFile([
      { address: LINK, values },
      { address: LINK, deposed_key: "ab12cd34" },
    ]);
    const { stdout, stderr } = await ouLinkHere(["status", file]);
    expect(stderr).toBe("1 link: 1 linked.\n");
    expect(stdout).toMatch(/\nacme +ser_1 +us +linked, asked anew since 2026-03-04 +2026-02-03T04:05Z /);
  });

  it("writes out what a terminal would obey", async () => {
    const evil = `cronofy_organizational_unit_link.a["\u001b]0;x\u0007\u009b2J\u202e"]`;
    const file = await stateFile([{ address: evil, values: { next_action: "\u001b[31mred\nline" } }]);
    for (const args of [
      ["status", file],
      ["status", file, "--json"],
      ["status", file, "--url", "x\u001b"],
    ]) {
      const { stdout, stderr } = await ouLinkHere(args);
      expect(stdout + stderr).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/);
      expect(stdout + stderr).toContain("\\u001b");
    }
  });

  it("colours only when told to or seen, and not against NO_COLOR", async () => {
    const file = await stateFile(FLEET);
    expect((await ouLinkHere(["status", file], { FORCE_COLOR: "1" })).stdout).toContain("\u001b[33mpending");
    expect((await ouLinkHere(["status", file], { FORCE_COLOR: "1", NO_COLOR: "1" })).stdout).not.toContain("\u001b");
  });

  it.each<[string, string, string]>([
    ["a plan", '{"format_version":"1.2","planned_values":{}}', "is a plan and not a state"],
    ["another format", '{"format_version":"2.0","values":{}}', "format 2.0"],
    ["half a state", stateText(FLEET).slice(0, 700), "The JSON ends in the middle, after 700 bytes"],
    ["a state file itself", '{"version":4,"serial":1}', "no format_version"],
    ["nothing", "", "nothing in it"],
  ])("says what is wrong with %s, and how to mend it", async (_, text, message) => {
    const file = path.join(folder, "given");
    await writeFile(file, text);
    const { exitCode, stdout, stderr } = await ouLinkHere(["status", file]);
    expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: "" });
    expect(stderr).toContain(message);
    expect(stderr.trimEnd().split("\n")).toHaveLength(2);
  });

  it("ends a watch at the first Ctrl-C", async () => {
    const watched = startOuLink(["status", "--watch", "--json", await stateFile(FLEET)]);
    expect(JSON.parse(await watched.nextLine())).toMatchObject({ links: [{}, {}, {}] });
    watched.kill("SIGINT");
    expect(await watched.ended).toMatchObject({ exitCode: 0, stderr: "" });
    expect(await ouLinkHere(["status", "-", "--watch"])).toMatchObject({ exitCode: 2 });
  });

  describe("over folders", () => {
    async function customer(name: string, text?: string): Promise<void> {
      await mkdir(path.join(folder, "customers", name, ".terraform"), { recursive: true });
      await writeFile(path.join(folder, "customers", name, "main.tf"), "");
      if (text !== undefined) await writeFile(path.join(folder, "customers", name, "shown.json"), text);
    }

    it("reads them all, although some fail", async () => {
      await customer("acme", stateText(FLEET.slice(0, 1)));
      await customer("globex", stateText(FLEET.slice(1, 2)));
      await customer("broken");
      await customer("empty", '{"format_version":"1.0"}');
      await mkdir(path.join(folder, "customers", "a-module"));
      const env = await terraformThat(
        '[ -f shown.json ] && exec cat shown.json; printf "\\n│ Error: Backend initialization required\\n│ \\n" >&2; exit 1',
      );
      const root = path.join(folder, "customers");
      const { exitCode, stdout, stderr } = await ouLinkHere(["status", "--recursive", root, "--verbose"], env);
      expect(exitCode).toBe(1);
      expect(stdout.split("\n").map((line) => line.split(/ {2,}/)[1])).toEqual([
        "CUSTOMER",
        "acme",
        "globex",
        undefined,
      ]);
      expect(stderr).toContain(`${root}/broken: terraform show failed: Error: Backend initialization required\n`);
      expect(stderr).toContain(`${root}/empty: There is no state.\n  Apply first`);
      expect(stderr).toContain(`terraform -chdir=${root}/acme show -json`);
      expect(stderr).not.toContain("a-module");
      const asJson = await ouLinkHere(["status", "--recursive", root, "--json"], env);
      expect(JSON.parse(asJson.stdout)).toMatchObject({ links: [{}, {}], errors: [{}, {}] });
    });

    it("says where to get Terraform where there is none, and which folder holds nothing", async () => {
      const none = await ouLinkHere(["status", folder], { TERRAFORM_BINARY_NAME: "no-such-terraform" });
      expect(none).toMatchObject({ exitCode: 1, stdout: "" });
      expect(none.stderr).toContain("there is no such program.\n  Install Terraform");
      const nothing = await ouLinkHere(["status", "--recursive", folder]);
      expect(nothing.stderr).toContain("No folder with a Terraform state");
      const missing = path.join(folder, "missing");
      for (const command of [
        ["status"],
        ["remind"],
        ["drift"],
        ["remind", folder, "--template"],
        ["sandbox", "--seed-file"],
      ]) {
        expect(await ouLinkHere([...command, missing])).toMatchObject({ exitCode: 1, stdout: "" });
      }
    });

    it.each(["status", "drift"])("finds what a CDK project has synthesized, from its root, for %s", async (command) => {
      const stack = path.join("cdktf.out", "stacks", "links");
      await writeFile(path.join(folder, "cdktf.json"), "{}");
      const none = await ouLinkHere([command, folder]);
      expect(none).toMatchObject({ exitCode: 1, stdout: "" });
      expect(none.stderr).toContain("is a CDK project");
      expect(none.stderr).toContain("then run terraform init and apply in a folder of");
      await mkdir(path.join(folder, stack, ".terraform"), { recursive: true });
      await writeFile(path.join(folder, stack, "cdk.tf.json"), "{}");
      const env = await terraformThat('printf "\n│ Error: Looked into $PWD\n" >&2; exit 1');
      const { stdout, stderr } = await ouLinkHere([command, folder], env);
      expect(stdout + stderr).toMatch(/Looked into \S+\/cdktf\.out\/stacks\/links/);
    });
  });
});

describe("ou-link remind", () => {
  const NOW = new Date().toISOString();

  it("lists what has waited for long, with a letter for each and no URL", async () => {
    const file = await stateFile([
      ...FLEET,
      // That a URL was minted since makes nobody wait for less long.
      { address: "cronofy_organizational_unit_link.invited", values: INVITED },
      { address: "cronofy_organizational_unit_link.young", values: { awaited_since: NOW } },
    ]);
    const { exitCode, stdout, stderr } = await ouLinkHere(["remind", file]);
    expect(exitCode).toBe(0);
    expect(stderr.split("\n")).toEqual([
      "3 of 5 links have waited for 3 days or more.",
      "The letters do not say who sends them: give --name, or set OU_LINK_NAME.",
      "",
    ]);
    expect(stdout.split("\n---\n")).toHaveLength(3);
    expect(stdout).not.toContain("://");
    const withUrl = await ouLinkHere(["remind", file, "--with-url", "--json"]);
    const { reminders } = JSON.parse(withUrl.stdout) as { reminders: { customer: string; text: string }[] };
    expect(reminders.map(({ customer, text }) => [customer, /https:\S+/.exec(text)?.[0]])).toEqual([
      ["acme", AUTHORIZATION_URL],
      // A URL that has lapsed helps nobody.
      ["late", undefined],
      ["invited", INVITATION_URL],
    ]);
    const told = await ouLinkHere(["remind", file, "--with-url"]);
    expect(told.stderr).toContain("The URL has lapsed for late: apply to mint a new one");
  });

  it("counts from when the administrator was first awaited, however often a URL was minted", async () => {
    const days = (count: number) => new Date(Date.now() - count * 86_400_000).toISOString();
    const file = await stateFile([{ address: LINK, values: { awaited_since: days(8), minted_at: days(1) } }]);
    expect((await ouLinkHere(["remind", file, "--older-than", "7"])).stdout).toContain("We invited you 8 days ago.");
    expect((await ouLinkHere(["remind", file, "--older-than", "9"])).stdout).toBe("");
  });

  it("reminds of a link that works too, where its administrator was asked anew", async () => {
    const values = { ...INVITED, status: "linked", linked_at: "2026-01-01T00:00:00Z" };
    const adopted = { ...INVITED, awaited_since: null };
    const file = await stateFile([
      { address: LINK, values },
      { address: `${LINK}_2`, values: adopted },
    ]);
    const { stdout, stderr } = await ouLinkHere(["remind", file]);
    expect(stderr).toContain("1 of 2 links");
    expect(stdout).toContain("has to agree once more.");
  });

  it("writes letters that can be sent as they are", async () => {
    const values = { ...INVITED, awaited_since: NOW, conferencing_provider_name: "zoom_enterprise" };
    const file = await stateFile([
      { address: 'cronofy_organizational_unit_link.customer["Globex"]', index: "Globex", values },
    ]);
    const ask = (...args: string[]) =>
      ouLinkHere(["remind", file, "--older-than", "0", ...args], { OU_LINK_NAME: "Example Scheduling" });
    const { stdout } = await ask("--with-url");
    expect(stdout).toBe(`Subject: Connect Globex's video meetings to Example Scheduling

Hello,

Example Scheduling wants to put video meetings into the calendars of Globex, without each of your
colleagues signing in. For that, an administrator of Zoom has to agree once.
It takes about two minutes. We invited you today.

Please open this address:

${INVITATION_URL}

If somebody else looks after Zoom, please forward this to them,
and to nobody else: whoever opens the address can connect your organization.

Example Scheduling
`);
    expect((await ask()).stdout).toContain("The invitation that we sent you still works.");
    expect((await ask("--name", "Another")).stdout).toContain("to Another\n");
  });

  it("names in its help every placeholder that there is", async () => {
    const { stdout } = await ouLinkHere(["remind", "--help"]);
    const named = new Set([...stdout.matchAll(/\{\{(\w+)\}\}/g)].map(([, name]) => name));
    expect(named).toEqual(new Set(Object.keys(PLACEHOLDERS)));
    const guide = await readFile("docs/guides/ou-link.md", "utf8");
    for (const name of named) expect(guide).toContain(`\`{{${name}}}\``);
  });

  it.each([
    [0, "We invited you today."],
    [30, "We invited you yesterday."],
    [80, "We invited you 3 days ago."],
  ])("says in words that it was %d hours ago", async (hours, words) => {
    const awaited_since = new Date(Date.now() - hours * 3_600_000).toISOString();
    const file = await stateFile([{ address: LINK, values: { awaited_since } }]);
    const { stdout } = await ouLinkHere(["remind", file, "--older-than", "0"]);
    expect(stdout).toContain(words);
  });

  const HOSTILE = {
    address: `cronofy_organizational_unit_link.a["<!channel> & \\"b\\" *c*\n"]`,
    index: '<!channel> & "b" *c*\n',
  };

  it("writes lines for a chat that no name can break", async () => {
    const { stdout } = await ouLinkHere(["remind", await stateFile([HOSTILE]), "--as", "chat"]);
    const { text } = JSON.parse(stdout) as { text: string };
    expect(text).toContain("&lt;!channel&gt; &amp;");
    expect(text).not.toContain("\n");
  });

  it.each([
    ["letter.html", "<b>{{name}}</b>", /^<b>a\[&quot;&lt;!channel&gt; &amp; \\&quot;b\\&quot; \*c\*\\n&quot;\]<\/b>$/],
    ["letter.md", "# {{ name }}", /^# a\\\[\\"\\<\\!channel\\> \\& \\\\\\"b/],
    ["letter.json", '{"n":"{{name}}"}', /^\{"n":"a\[\\"<!channel> & /],
    ["letter.txt", "{{status}} {{days}} {{url}}", /^pending \d+ https:\/\/app\.cronofy\.com/],
  ])("fills in %s", async (name, template, expected) => {
    await writeFile(path.join(folder, name), template);
    const args = ["remind", await stateFile([HOSTILE]), "--with-url", "--template", path.join(folder, name)];
    const { exitCode, stdout } = await ouLinkHere(args);
    expect(exitCode).toBe(0);
    expect(stdout.trimEnd()).toMatch(expected);
  });

  it("refuses a template that asks for what there is not, or for a secret unasked", async () => {
    const template = path.join(folder, "letter.txt");
    const file = await stateFile(FLEET);
    await writeFile(template, "{{first_name}}");
    expect((await ouLinkHere(["remind", file, "--template", template])).stderr).toContain("asks for {{first_name}}");
    await writeFile(template, "{{url}}");
    const secret = await ouLinkHere(["remind", file, "--template", template]);
    expect(secret).toMatchObject({ exitCode: 2, stdout: "" });
    expect(secret.stderr).toContain("Give --with-url");
  });
});

it("tells of a link in a state that Terraform keeps, from declaration to linked", async () => {
  const stage = await raiseStage({ provider: "executable" });
  try {
    await stage.terraform.apply();
    const { directory } = stage.terraform.workspace;
    const env = { HOME: folder, TERRAFORM_BINARY_NAME: findTerraform(process.env).path };
    const waiting = await ouLinkHere(["status", directory, "--json"], env);
    expect(JSON.parse(waiting.stdout)).toMatchObject({ links: [{ name: "acme", status: "pending", lapsed: false }] });
    const { stdout: url } = await ouLinkHere(["status", directory, "--url", "acme"], env);
    await stage.authorize(url.trim());
    await stage.terraform.apply();
    expect((await ouLinkHere(["status", directory], env)).stdout).toMatch(/acme +ser_\w+ +us +linked +\d{4}-/);
    expect(await ouLinkHere(["status", directory, "--url", "acme"], env)).toMatchObject({ exitCode: 1, stdout: "" });
  } finally {
    await stage.close();
  }
}, 60_000);
