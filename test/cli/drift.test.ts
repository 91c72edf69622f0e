import { createHmac } from "node:crypto";
import { once } from "node:events";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import http from "node:http";
import type { AddressInfo } from "node:net";
import os from "node:os";
import path from "node:path";
import { planText, transitions } from "../drift/fleet";
import type { Status } from "../drift/fleet";
import { readOpenMetrics } from "../drift/openmetrics-text";
import { ouLinkHere } from "./ou-link-here";

const SECRET = "webhook-secret-in-clear";
/** A part of each address that lets whoever has it write there. */
const TOKEN = "token-in-clear";

let folder: string;
let plan: string;
let baseline: string;
/** What came to the server, and what it answers. */
let received: { path: string; headers: http.IncomingHttpHeaders; body: string }[];
let answers: Readonly<Record<string, number>>;
let server: http.Server;
let address: string;

beforeAll(async () => {
  server = http.createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const { url = "", headers } = request;
      const [, receiver = ""] = url.split("/");
      received.push({ path: url, headers, body: Buffer.concat(chunks).toString() });
      response.writeHead(answers[receiver] ?? 202).end();
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => server.close());

beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), "ou-link-drift-"));
  [plan, baseline] = [path.join(folder, "plan.json"), path.join(folder, "drift.json")];
  [received, answers] = [[], {}];
});
afterEach(() => rm(folder, { recursive: true }));

const environment = () => ({
  OU_LINK_SLACK_WEBHOOK_URL: `${address}/slack/${TOKEN}`,
  OU_LINK_TEAMS_WEBHOOK_URL: `${address}/teams/${TOKEN}?sig=${TOKEN}`,
  OU_LINK_WEBHOOK_URL: `${address}/webhook/${TOKEN}`,
  OU_LINK_WEBHOOK_SECRET: SECRET,
  GITHUB_SERVER_URL: "https://github.com",
  GITHUB_REPOSITORY: "acme/links",
  GITHUB_RUN_ID: "7",
});

/** Plans a fleet, and reports it as a pipeline does each day. */
async function drift(links: Readonly<Record<string, readonly [was: Status, is: Status]>>, ...more: readonly string[]) {
  const fleet = Object.entries(links).map(([customer, [was, is]]) => ({ customer, was, is }));
  await writeFile(plan, planText(transitions(fleet)));
  return ouLinkHere(["drift", plan, "--baseline", baseline, "--output", `json=${baseline}`, ...more], environment());
}

const NOTIFY = ["--notify", "slack,teams,webhook"];

describe("ou-link drift --baseline", () => {
  it("goes on without one that is not there, says so, and makes it", async () => {
    const first = await drift({ acme: ["linked", "unlinked"] });
    expect(first).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining(`There is no baseline ${baseline} yet`) as string,
    });
    expect(first.stdout).not.toContain("New:");
    const second = await drift({ acme: ["linked", "unlinked"], globex: ["pending", "stale"] });
    expect(second).toMatchObject({ exitCode: 2, stderr: "" });
    expect(second.stdout).toMatch(
      /New: The authorization URL has lapsed unused\.[^]*1 new and 0 gone since 2026-03-01T12:00:00Z/,
    );
    expect(second.stdout).not.toContain("New: The link was made and works no longer");
  });

  it("refuses one that it cannot read, before anything is planned", async () => {
    await writeFile(baseline, '{"format_version":"0.9","findings":[]}');
    const refused = await drift({ acme: ["linked", "unlinked"] }, ...NOTIFY);
    expect(refused).toMatchObject({ exitCode: 1, stdout: "" });
    expect(refused.stderr).toMatch(/drift\.json is a drift report of format 0\.9.*\n {2}Remove it, and make it anew/);
    expect(received).toEqual([]);
  });
});

describe("ou-link drift --notify", () => {
  const bodyOf = (receiver: string) =>
    JSON.parse(received.find(({ path: each }) => each.startsWith(`/${receiver}/`))?.body ?? "null") as unknown;

  it("tells nobody of what was told before, and of what is in order", async () => {
    await drift({ acme: ["linked", "unlinked"] }, ...NOTIFY);
    expect(received).toHaveLength(3);
    const again = await drift({ acme: ["linked", "unlinked"] }, ...NOTIFY);
    expect(again.stderr).toBe("Nothing has changed since the last report, so nobody is notified.\n");
    expect(received).toHaveLength(3);
    expect(await ouLinkHere(["drift", plan, "--notify", "slack"], environment())).toMatchObject({ exitCode: 2 });
    expect(received).toHaveLength(4);
    await writeFile(plan, planText(transitions([{ customer: "acme", was: "linked", is: "linked" }])));
    expect(await ouLinkHere(["drift", plan, "--notify", "slack"], environment())).toMatchObject({ exitCode: 0 });
    expect(received).toHaveLength(4);
  });

  it("tells Slack, Teams and a webhook what is new and what has gone, in which names are nothing but names", async () => {
    const hostile = "<!channel> @here `*x*` <https://evil.example|x> &amp; [a](https://evil.example)";
    await drift({ globex: ["pending", "pending"] });
    const { stderr } = await drift({ [hostile]: ["linked", "unlinked"], globex: ["pending", "linked"] }, ...NOTIFY);
    expect(stderr.split("\n").sort()).toEqual([
      "",
      "Slack was notified.",
      "Teams was notified.",
      "The webhook was notified.",
    ]);

    const { text } = bodyOf("slack") as { text: string };
    expect(text.split("\n")).toEqual([
      "*⚠️ Drift: 2 new and 1 gone since 2026-03-01T12:00:00Z*",
      "2 links, 0 in sync · 1 drift · 1 progress",
      "*Drift: A link was there and is gone, or was changed outside of Terraform. (1)*",
      expect.stringMatching(
        /^• `&lt;!channel&gt; @here '\*x\*' &lt;https:\/\/evil\.example\|x&gt; &amp;amp; \[a\]\(https:\/\/evil\.example\)` `cron[^`]+`$/,
      ) as string,
      "*Progress: Just linked; the state catches up at the next apply. (1)*",
      '• `globex` `cronofy_organizational_unit_link.customers["globex"]`',
      "*Gone (1)*",
      '• `globex` `cronofy_organizational_unit_link.customers["globex"]` Pending no more, now linked.',
      "<https://github.com/acme/links/actions/runs/7|The run>",
    ]);

    const { type, attachments } = bodyOf("teams") as {
      type: string;
      attachments: { contentType: string; content: Card }[];
    };
    expect({ type, attachments }).toMatchObject({
      type: "message",
      attachments: [
        { contentType: "application/vnd.microsoft.card.adaptive", content: { type: "AdaptiveCard", version: "1.4" } },
      ],
    });
    const { body, actions } = attachments[0]?.content ?? { body: [], actions: [] };
    expect(actions).toEqual([
      { type: "Action.OpenUrl", title: "The run", url: "https://github.com/acme/links/actions/runs/7" },
    ]);
    // Only text blocks are read as Markdown.
    expect(body.filter((each) => each.type === "TextBlock").map((each) => each.text)).not.toContainEqual(
      expect.stringContaining("evil"),
    );
    const runs = body.flatMap(({ inlines = [] }) => inlines.map((each) => each.text));
    expect(runs).toContain(hostile);
    expect(runs).toContain("Pending no more, now linked.");

    const event = received.find(({ path: each }) => each.startsWith("/webhook/"));
    const { "webhook-id": id, "webhook-timestamp": time, "webhook-signature": signature } = event?.headers ?? {};
    const signed = createHmac("sha256", SECRET)
      .update(`${String(id)}.${String(time)}.${event?.body ?? ""}`)
      .digest("base64");
    expect(signature).toBe(`v1,${signed}`);
    expect(bodyOf("webhook")).toMatchObject({
      type: "drift.changed",
      data: {
        outcome: "drift",
        counts: { drift: 1, progress: 1 },
        links: 2,
        since: "2026-03-01T12:00:00Z",
        new_total: 2,
        new: [
          { class: "drift", customer: hostile },
          { class: "progress", customer: "globex" },
        ],
        gone_total: 1,
        gone: [{ class: "pending", customer: "globex" }],
        failed: [],
        recovered: [],
        run_url: "https://github.com/acme/links/actions/runs/7",
      },
    });
  });

  it("stays within what Teams takes, and counts the rest", async () => {
    const many = Array.from({ length: 300 }, (_, at) => [`${"名".repeat(400)}${at}`, ["linked", "unlinked"]] as const);
    await drift(Object.fromEntries(many), ...NOTIFY);
    const teams = received.find(({ path: each }) => each.startsWith("/teams/"))?.body ?? "";
    expect(Buffer.byteLength(teams)).toBeLessThan(28_000);
    expect(teams).toContain("… and 280 more");
    expect((bodyOf("webhook") as { data: { new: unknown[] } }).data).toMatchObject({
      new_total: 300,
      new: { length: 100 },
    });
  });

  it("says who could not be told, without the address, changes no exit code, and tells it the next time", async () => {
    await drift({ acme: ["linked", "linked"] }, ...NOTIFY);
    answers = { slack: 404, teams: 302 };
    const failed = await drift({ acme: ["linked", "unlinked"] }, ...NOTIFY);
    expect(failed.exitCode).toBe(2);
    const host = address.replace("http://", "");
    expect(failed.stderr.split("\n").sort()).toEqual([
      "",
      "The webhook was notified.",
      `ou-link: Slack at ${host} was not notified: it was tried once, and answered 404.`,
      `ou-link: Teams at ${host} was not notified: it was tried once, and answered 302.`,
    ]);
    expect(failed.stderr + failed.stdout + (await readFile(baseline, "utf8"))).not.toContain(TOKEN);
    [received, answers] = [[], {}];
    await drift({ acme: ["linked", "unlinked"] }, ...NOTIFY);
    expect((bodyOf("slack") as { text: string }).text).toContain("1 new and 0 gone");
    received = [];
    await drift({ acme: ["linked", "unlinked"] }, ...NOTIFY);
    expect(received).toEqual([]);
  });

  it.each<[string, string, Readonly<Record<string, string>>, readonly string[]]>([
    [
      "is missing",
      "slack,teams,webhook",
      {},
      [
        "slack: set OU_LINK_SLACK_WEBHOOK_URL to the address that Slack gave you.",
        "teams: set OU_LINK_TEAMS_WEBHOOK_URL to the address that Teams gave you.",
        "webhook: set OU_LINK_WEBHOOK_URL and OU_LINK_WEBHOOK_SECRET.",
      ],
    ],
    [
      "is wrong",
      "slack,webhook",
      { OU_LINK_SLACK_WEBHOOK_URL: `http://hooks.example.com/${TOKEN}`, OU_LINK_WEBHOOK_URL: `https://x/${TOKEN}` },
      ["slack: OU_LINK_SLACK_WEBHOOK_URL", "webhook: set OU_LINK_WEBHOOK_SECRET too"],
    ],
  ])("names all that %s before anything is planned, and nothing secret", async (_, receivers, env, problems) => {
    const { exitCode, stdout, stderr } = await ouLinkHere(["drift", plan, "--notify", receivers], env);
    expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: "" });
    for (const problem of problems) expect(stderr).toContain(problem);
    expect(stderr).not.toContain(TOKEN);
  });
});

interface Card {
  readonly body: readonly {
    readonly type: string;
    readonly text?: string;
    readonly inlines?: readonly { text: string }[];
  }[];
  readonly actions: readonly unknown[];
}

describe("ou-link drift accept", () => {
  const decision = ["--reason", "They migrate.", "--expires", "2999-12-31"];

  it("writes rules for what a report found, with which the next one answers 0", async () => {
    await drift({ acme: ["linked", "unlinked"], globex: ["pending", "stale"] });
    const rules = path.join(folder, "drift-ignore.yaml");
    const accepted = await ouLinkHere(["drift", "accept", baseline, "--into", rules, ...decision]);
    expect(accepted).toEqual({ exitCode: 0, stdout: "", stderr: `2 rules were added to ${rules}. Look at them.\n` });
    const next = await drift(
      { acme: ["linked", "unlinked"], globex: ["pending", "stale"] },
      "--ignore",
      rules,
      ...NOTIFY,
    );
    expect(next).toMatchObject({ exitCode: 0, stderr: expect.stringContaining("Nothing has changed") as string });
    const again = await ouLinkHere(["drift", "accept", baseline, "--into", rules, ...decision]);
    expect(again).toMatchObject({ exitCode: 0, stderr: expect.stringContaining("nothing to accept") as string });
    const printed = await ouLinkHere(["drift", "accept", "-", ...decision], {}, await readFile(baseline, "utf8"));
    expect(printed).toMatchObject({ exitCode: 0, stdout: "" });
  });

  it.each<[string, readonly string[], RegExp]>([
    ["no reason", ["--expires", "2999-12-31"], /--reason/],
    ["an empty reason", ["--reason", " ", "--expires", "2999-12-31"], /Say why/],
    ["a day that is none", ["--reason", "x", "--expires", "2999-02-30"], /YYYY-MM-DD/],
    ["a day that is over", ["--reason", "x", "--expires", "2020-01-01"], /That day is over/],
    ["an option of drift", [...decision, "--ignore", "x"], /accept takes no option '--ignore <file>'/],
    ["a report that is not there", decision, /cannot be read from .*ENOENT.*\n.*Make a report first/],
  ])("refuses %s", async (_, args, message) => {
    const refused = await ouLinkHere(["drift", "accept", path.join(folder, "none.json"), ...args]);
    expect(refused).toMatchObject({ exitCode: 1, stdout: "" });
    expect(refused.stderr).toMatch(message);
  });
});

describe("ou-link drift --format openmetrics", () => {
  it("prints what Prometheus reads", async () => {
    const { stdout, exitCode } = await drift({ acme: ["linked", "unlinked"] }, "--format", "openmetrics");
    expect(exitCode).toBe(2);
    const labels = { source: expect.stringContaining("plan.json") as string, status: "unlinked", class: "drift" };
    expect(readOpenMetrics(stdout)).toContainEqual({ name: "ou_link_drift_links", labels, value: 1 });
  });
});
