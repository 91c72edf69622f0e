import { CLASS_WORDS, FINDING_CLASSES, TITLES, comparedText, goneTexts, keyOf, outcomeText } from "../../drift";
import type { DriftReport, EarlierFinding, Finding } from "../../drift";
import { addressProblem } from "../../link";
import { post, signedMessage } from "../../link-service/webhook";
import type { Message } from "../../link-service/webhook";
import { CliError, EXIT_CODE } from "../command-line/cli-error";
import type { Terminal } from "../command-line/terminal";
import { checkText, readWebhook } from "../settings";
import type { Environment } from "../settings";
import { runUrl } from "./source-url";

/** Who can be notified. */
export type Receiver = "slack" | "teams" | "webhook";

/** Who is told of changes, and how. */
interface Target {
  readonly name: string;
  readonly url: string;
  readonly message: (report: DriftReport, run: string | null, now: Date) => Message;
}

/** Milliseconds before further attempts: a pipeline waits. */
const PAUSES = [1_000, 5_000];
/** Findings that a chat's message tells one by one, and characters of each of their names: Teams takes 28 KB. */
const MOST_ITEMS = 20;
const LONGEST_NAME = 100;
/** Findings of each kind that a webhook is told. */
const MOST_TOLD = 100;

/**
 * Where notifications go. Addresses come by the environment, for whoever has one can write there.
 *
 * @throws CliError that names everything that is missing or wrong, all at once
 */
export async function readTargets(receivers: readonly Receiver[], env: Environment): Promise<Target[]> {
  const problems: string[] = [];
  const targets: Target[] = [];
  for (const receiver of receivers) {
    if (receiver === "webhook") {
      const before = problems.length;
      const webhook = await readWebhook(env, problems);
      if (webhook !== undefined) {
        const message: Target["message"] = (report, run, now) =>
          signedMessage("drift.changed", eventData(report, run), webhook.secret, now);
        targets.push({ name: "The webhook", url: webhook.url, message });
      } else if (problems.length === before) {
        problems.push("webhook: set OU_LINK_WEBHOOK_URL and OU_LINK_WEBHOOK_SECRET.");
      }
      continue;
    }
    const { name, variable, payload } = CHATS[receiver];
    const url = env[variable] || undefined;
    if (url === undefined) problems.push(`${receiver}: set ${variable} to the address that ${name} gave you.`);
    checkText(`${receiver}: ${variable}`, url, addressProblem, problems);
    const message: Target["message"] = (report, run) => {
      const body = JSON.stringify(payload(newsOf(report), run));
      return () => ({ headers: {}, body });
    };
    if (url !== undefined) targets.push({ name, url, message });
  }
  if (problems.length === 0) return targets;
  throw new CliError("Nobody can be notified with this configuration.", problems.join("\n"), EXIT_CODE.failure);
}

/**
 * Tells of a report where it has news: where something has come or gone since the baseline, or without one where
 * something is amiss. A receiver that cannot be told is named on standard error.
 *
 * @returns whether nobody was left without the news
 */
export async function notify(
  report: DriftReport,
  targets: readonly Target[],
  terminal: Terminal,
  now: Date,
): Promise<boolean> {
  if (!hasNews(report)) {
    terminal.note("Nothing has changed since the last report, so nobody is notified.");
    return true;
  }
  const run = runUrl(terminal.env);
  const hurry = terminal.interruption();
  const told = targets.map(async ({ name, url, message }) => {
    const failure = await post(url, message(report, run, now), { pauses: PAUSES, hurry });
    if (failure === null) terminal.note(`${name} was notified.`);
    else terminal.warn(`ou-link: ${name} at ${new URL(url).host} was not notified: ${failure}.`);
    return failure === null;
  });
  return (await Promise.all(told)).every((each) => each);
}

function hasNews({ compared, outcome }: DriftReport): boolean {
  if (compared === undefined) return outcome !== "none";
  return compared.new + compared.gone.length + compared.failed.length + compared.recovered.length > 0;
}

/** What is new, as far as it is told one by one. On a first report, that is what makes it fail. */
function newFindings({ findings, fail_on, compared }: DriftReport): Finding[] {
  return findings.filter((finding) =>
    compared === undefined
      ? finding.ignored === null && (fail_on.includes(finding.class) || finding.class === "incomplete")
      : finding.is_new === true,
  );
}

/** A message for a chat, before it has that chat's form. Names are others' words, all else is ours. */
interface News {
  readonly title: string;
  readonly counts: string;
  readonly groups: readonly {
    readonly heading: string;
    readonly items: readonly { readonly names: readonly string[]; readonly text: string }[];
    readonly more: number;
  }[];
}

function newsOf(report: DriftReport): News {
  const { compared, links, sources } = report;
  const customers = new Map(links.map((link) => [keyOf(link), link.customer]));
  const namesOf = ({ source, address }: Pick<Finding, "source" | "address">, customer: string | null | undefined) =>
    [customer ?? "", address, ...(sources.length > 1 ? [source] : [])].filter((name) => name !== "").map(shortened);
  let room = MOST_ITEMS;
  const groups: News["groups"][number][] = [];
  const add = (heading: string, all: News["groups"][number]["items"]) => {
    if (all.length === 0) return;
    const items = all.slice(0, room);
    room -= items.length;
    groups.push({ heading: `${heading} (${all.length})`, items, more: all.length - items.length });
  };
  const bySource = (names: readonly string[]) => names.map((name) => ({ names: [shortened(name)], text: "" }));
  const failed = sources.filter(({ error }) => error !== null).map(({ name }) => name);
  add("Failed", bySource(compared?.failed ?? failed));
  const fresh = newFindings(report);
  for (const each of FINDING_CLASSES) {
    const { title, meaning } = CLASS_WORDS[each];
    const found = fresh.filter((finding) => finding.class === each);
    add(
      `${title}: ${meaning}`,
      found.map((finding) => ({
        names: namesOf(finding, customers.get(keyOf(finding))),
        text: "",
      })),
    );
  }
  const gone = goneTexts(report).map(({ gone: each, text }) => ({ names: namesOf(each, each.customer), text }));
  add("Gone", gone);
  add("Read again", bySource(compared?.recovered ?? []));
  return {
    title: [TITLES[report.outcome], ...comparedText(report).slice(0, 1)].join(": "),
    counts: outcomeText({ ...report, compared: undefined }),
    groups,
  };
}

function shortened(name: string): string {
  const signs = Array.from(name);
  return signs.length <= LONGEST_NAME ? name : `${signs.slice(0, LONGEST_NAME - 1).join("")}…`;
}

interface Chat {
  readonly name: string;
  readonly variable: string;
  readonly payload: (news: News, run: string | null) => object;
}

const CHATS: Readonly<Record<Exclude<Receiver, "webhook">, Chat>> = {
  slack: { name: "Slack", variable: "OU_LINK_SLACK_WEBHOOK_URL", payload: slackMessage },
  teams: { name: "Teams", variable: "OU_LINK_TEAMS_WEBHOOK_URL", payload: teamsMessage },
};

/** A text as Slack takes it: https://docs.slack.dev/messaging/formatting-message-text. */
export function slackText(text: string): string {
  return text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;");
}

/**
 * For an incoming webhook of Slack, or of who takes the same. Names are code, in which nothing is a mention, a link, or an
 * emoji.
 */
function slackMessage({ title, counts, groups }: News, run: string | null): object {
  const code = (name: string) => `\`${slackText(name.replace(/`/g, "'"))}\``;
  const lines = groups.flatMap(({ heading, items, more }) => [
    `*${slackText(heading)}*`,
    ...items.map(({ names, text }) => ["•", ...names.map(code), slackText(text)].join(" ").trimEnd()),
    ...(more > 0 ? [`… and ${more} more`] : []),
  ]);
  const link = run === null ? [] : [`<${slackText(run)}|The run>`];
  return {
    text: [`*${slackText(title)}*`, slackText(counts), ...lines, ...link].join("\n"),
    unfurl_links: false,
    unfurl_media: false,
  };
}

/**
 * For a workflow of Teams that posts when it receives a webhook's request: https://adaptivecards.io/explorer. Text of
 * others stands in runs of text, in which nothing is Markdown.
 */
function teamsMessage({ title, counts, groups }: News, run: string | null): object {
  const runOf = (text: string, more: object = {}) => ({ type: "TextRun", text, ...more });
  const block = (text: string, more: object = {}) => ({ type: "TextBlock", text, wrap: true, ...more });
  const body = [
    block(title, { size: "Medium", weight: "Bolder" }),
    block(counts, { isSubtle: true, spacing: "None" }),
    ...groups.flatMap(({ heading, items, more }) => [
      block(heading, { weight: "Bolder" }),
      ...items.map(({ names, text }) => ({
        type: "RichTextBlock",
        spacing: "Small",
        inlines: [
          ...names.flatMap((name) => [runOf(name, { fontType: "Monospace" }), runOf("  ")]),
          ...(text === "" ? [] : [runOf(text)]),
        ],
      })),
      ...(more > 0 ? [block(`… and ${more} more`, { spacing: "Small" })] : []),
    ]),
  ];
  const card = {
    $schema: "http://adaptivecards.io/schemas/adaptive-card.json",
    type: "AdaptiveCard",
    version: "1.4",
    msteams: { width: "Full" },
    body,
    ...(run !== null && { actions: [{ type: "Action.OpenUrl", title: "The run", url: run }] }),
  };
  return {
    type: "message",
    attachments: [{ contentType: "application/vnd.microsoft.card.adaptive", contentUrl: null, content: card }],
  };
}

/** What a webhook's event holds: the report's summary, and what is new in it. */
function eventData(report: DriftReport, run: string | null): object {
  const { outcome, counts, links, links_in_sync, ignored, sources, compared } = report;
  const customers = new Map(links.map((link) => [keyOf(link), link.customer]));
  const fresh = newFindings(report);
  const gone: readonly EarlierFinding[] = compared?.gone ?? [];
  return {
    outcome,
    counts,
    links: links.length,
    links_in_sync,
    ignored,
    since: compared?.since ?? null,
    new_total: fresh.length,
    new: fresh.slice(0, MOST_TOLD).map((finding) => ({
      class: finding.class,
      source: finding.source,
      address: finding.address,
      customer: customers.get(keyOf(finding)) ?? null,
      summary: finding.summary,
      next_action: finding.next_action,
      fingerprint: finding.fingerprint,
    })),
    gone_total: gone.length,
    gone: gone.slice(0, MOST_TOLD),
    failed: compared?.failed ?? sources.filter(({ error }) => error !== null).map(({ name }) => name),
    recovered: compared?.recovered ?? [],
    run_url: run,
  };
}
