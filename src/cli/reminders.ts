import { readFile } from "node:fs/promises";
import { html } from "hono/html";
import { providerWording } from "../link";
import { CliError, EXIT_CODE } from "./command-line/cli-error";
import { printable } from "./command-line/terminal";
import { declaredLinkAsJson } from "./terraform/declared-links";
import type { DeclaredLink } from "./terraform/declared-links";
import { slackText } from "./drift/notification";

/** Whom to remind, and in what words. */
export interface ReminderFlags {
  /** Days. */
  readonly olderThan: number;
  readonly as: "mail" | "chat";
  /** A file. */
  readonly template?: string;
  readonly withUrl?: true;
  /** Who sends it. */
  readonly name?: string;
}

/** A text of the team's own, and what it is. */
interface Template {
  readonly text: string;
  readonly format: TextFormat;
}

const DAY = 24 * 60 * 60 * 1000;

/**
 * The template that is meant; null for the ready text.
 *
 * @throws CliError where the file cannot be read, or asks for what there is not
 */
export async function readTemplate({ template: file, withUrl }: ReminderFlags): Promise<Template | null> {
  if (file === undefined) return null;
  let text: string;
  try {
    text = await readFile(file, "utf8");
  } catch (error) {
    const { code = "unknown error" } = error as NodeJS.ErrnoException;
    throw new CliError(`The template ${file} cannot be read: ${code}.`, "Name a text file.");
  }
  checkTemplate(text, `The template ${file}`, withUrl === true);
  return { text, format: formatOf(file) };
}

/** The links whose administrators are awaited for long, the longest first, each with its text. */
export function remindersOf(
  links: readonly DeclaredLink[],
  flags: ReminderFlags,
  template: Template | null,
  now: Date,
) {
  return links
    .flatMap((link) => {
      if (link.awaitedSince === null) return [];
      const days = Math.floor((now.getTime() - Date.parse(link.awaitedSince)) / DAY);
      return days >= flags.olderThan ? [{ link, days }] : [];
    })
    .sort((one, other) => other.days - one.days)
    .map(({ link, days }) => {
      const invitation = link.url("invitation");
      // An address that leads nowhere any more helps nobody.
      const url = invitation ?? (link.lapsed || link.status === "stale" ? null : link.url("authorization"));
      const { text, format } =
        template ??
        readyText(flags, {
          hasSender: flags.name !== undefined,
          isAnew: link.status === "linked",
          way: flags.withUrl && url !== null ? "url" : invitation !== null ? "invitation" : "reply",
        });
      const values = {
        customer: link.customer,
        from: flags.name ?? "",
        conferencing: providerWording(link.conferencingProviderName ?? undefined).name,
        name: link.name,
        service_account_id: link.serviceAccountId,
        data_center: link.dataCenter,
        conferencing_provider: link.conferencingProviderName ?? "",
        status: link.status,
        days: String(days),
        ago: agoText(days),
        since: link.awaitedSince ?? "",
        next_action: link.nextAction,
        url: flags.withUrl ? url : null,
      };
      return { ...declaredLinkAsJson(link), days, has_url: values.url !== null, text: fillIn(text, values, format) };
    });
}

function readyText({ as }: ReminderFlags, options: ReadyTextOptions): Template {
  return as === "chat"
    ? { text: readyChatLine(options), format: "chat" }
    : { text: readyLetter(options), format: "text" };
}

function agoText(days: number): string {
  return days === 0 ? "today" : days === 1 ? "yesterday" : `${days} days ago`;
}

/** What a reminder's text is, and so how values are escaped in it. */
type TextFormat = "text" | "html" | "markdown" | "json" | "chat";

/** What a template may ask for, with what it means. */
export const PLACEHOLDERS = {
  customer: "the customer's name",
  from: "your name, or nothing",
  conferencing: "the conferencing provider as people call it, such as Zoom",
  name: "the link's name in Terraform",
  service_account_id: "the service account",
  data_center: "the data center",
  conferencing_provider: "the conferencing provider as the link names it, or nothing",
  status: "pending or stale; linked where the administrator was asked anew",
  days: "whole days since the administrator is awaited",
  ago: "the same in words, such as 3 days ago",
  since: "since when they are awaited",
  next_action: "what an operator does next",
  url: "the URL for the administrator, or nothing where it has lapsed; only with --with-url",
} as const;

type Placeholder = keyof typeof PLACEHOLDERS;
export type ReminderValues = Readonly<Record<Exclude<Placeholder, "url">, string>> & { readonly url: string | null };

const PLACEHOLDER = /\{\{\s*([^{}]*?)\s*\}\}/g;

/** What a ready text depends on. */
interface ReadyTextOptions {
  /** Whether the one who sends it is known by name. */
  readonly hasSender: boolean;
  /** Whether the link was made before. */
  readonly isAnew: boolean;
  /** How the administrator gets to the page: by a URL in the text, an invitation that they have, or by asking for it. */
  readonly way: "url" | "invitation" | "reply";
}

/** A letter for the administrator, which can be sent as it is. */
function readyLetter({ hasSender, isAnew, way }: ReadyTextOptions): string {
  const ways = {
    url: "Please open this address:\n\n{{url}}",
    invitation:
      "The invitation that we sent you still works. If you cannot find it, reply to this message,\nand we send it again.",
    reply:
      "Reply to this message when it suits you, and we send you an address to open: it works for\nsome minutes only.",
  };
  const forward = "If somebody else looks after {{conferencing}}, please forward this to them";
  return `Subject: Connect {{customer}}'s video meetings${hasSender ? " to {{from}}" : ""}

Hello,

${hasSender ? "{{from}} wants" : "We want"} to put video meetings into the calendars of {{customer}}, without each of your
colleagues signing in. For that, an administrator of {{conferencing}} has to agree once${isAnew ? " more" : ""}.
It takes about two minutes. We invited you {{ago}}.

${ways[way]}

${forward}${way === "url" ? ",\nand to nobody else: whoever opens the address can connect your organization." : "."}
${hasSender ? "\n{{from}}\n" : ""}`;
}

/** A line for the team's chat. */
function readyChatLine({ way }: Pick<ReadyTextOptions, "way">): string {
  return `{"text":"*{{customer}}* ({{service_account_id}}, {{data_center}}) was invited {{ago}} and is {{status}}. {{next_action}}${way === "url" ? " {{url}}" : ""}"}
`;
}

/** How a template file is escaped, by its ending. */
export function formatOf(file: string): TextFormat {
  if (/\.html?$/i.test(file)) return "html";
  if (/\.(md|markdown)$/i.test(file)) return "markdown";
  if (/\.json$/i.test(file)) return "json";
  return "text";
}

/**
 * Holds that a template asks for nothing but what there is.
 *
 * @throws CliError where it does not
 */
export function checkTemplate(template: string, where: string, withUrl: boolean): void {
  const asked = new Set([...template.matchAll(PLACEHOLDER)].map(([, name = ""]) => name));
  const strange = [...asked].filter((name) => !Object.hasOwn(PLACEHOLDERS, name));
  if (strange.length > 0) {
    throw new CliError(
      `${where} asks for ${strange.map((name) => printable(`{{${name}}}`)).join(", ")}, which there is not.`,
      `There is: ${Object.keys(PLACEHOLDERS)
        .map((name) => `{{${name}}}`)
        .join(" ")}`,
      EXIT_CODE.usage,
    );
  }
  if (asked.has("url") && !withUrl) {
    throw new CliError(
      `${where} asks for {{url}}, a secret.`,
      "Give --with-url if the text goes to the administrator alone.",
      EXIT_CODE.usage,
    );
  }
}

/** A template with its placeholders filled in, each escaped for what the text is. */
export function fillIn(template: string, values: ReminderValues, format: TextFormat): string {
  return template.replace(PLACEHOLDER, (_, name: Placeholder) => ESCAPE[format](printable(values[name] ?? "")));
}

function asJson(text: string): string {
  return JSON.stringify(text).slice(1, -1);
}

const ESCAPE: Readonly<Record<TextFormat, (text: string) => string>> = {
  text: (text) => text,
  html: (text) => `${html`${text}` as string}`,
  // A backslash before any ASCII punctuation: https://spec.commonmark.org/0.31.2/#backslash-escapes. URLs stay whole.
  markdown: (text) => (/^https?:\/\/[^\s<>]+$/.test(text) ? `<${text}>` : text.replace(/[!-/:-@[-`{-~]/g, "\\$&")),
  json: asJson,
  // Mattermost and Teams understand it too.
  chat: (text) => asJson(slackText(text)),
};
