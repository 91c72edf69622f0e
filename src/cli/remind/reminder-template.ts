import { printable } from "../../drift";
import { CliError } from "../command-line/cli-error";
import { EXIT_CODE } from "../command-line/exit-code";

/** What a reminder's text is, and so how values are escaped in it. */
export type TextFormat = "text" | "html" | "markdown" | "json" | "chat";

/** What a template may ask for, with what it means. */
export const PLACEHOLDERS = {
  name: "the link's name in Terraform",
  service_account_id: "the service account",
  data_center: "the data center",
  conferencing_provider: "the conferencing provider, or nothing",
  status: "pending or stale",
  days: "whole days since the URL was minted",
  ago: "the same in words, such as 3 days ago",
  since: "when it was minted",
  next_action: "what an operator does next",
  url: "the URL for the administrator; only with --with-url",
} as const;

type Placeholder = keyof typeof PLACEHOLDERS;
export type ReminderValues = Readonly<Record<Exclude<Placeholder, "url">, string>> & { readonly url: string | null };

const PLACEHOLDER = /\{\{\s*([^{}]*?)\s*\}\}/g;

/** Ready templates: a letter for the administrator, and a line for the team's chat. */
export const READY_TEMPLATES: Readonly<Record<"mail" | "chat", { text: string; textWithUrl: string }>> = {
  mail: {
    text: `Subject: Please connect your organization's conferencing ({{name}})

Hello,

We invited you {{ago}} to connect your organization's conferencing, so that your colleagues'
meetings get their links without each of them signing in. It takes a minute, and waits for
you. Reply to this message, and we send you the address.
`,
    textWithUrl: `Subject: Please connect your organization's conferencing ({{name}})

Hello,

We invited you {{ago}} to connect your organization's conferencing, so that your colleagues'
meetings get their links without each of them signing in. It takes a minute:

{{url}}

Please do not pass this address on: whoever opens it can connect your organization.
`,
  },
  chat: {
    text: `{"text":"*{{name}}* ({{service_account_id}}, {{data_center}}) was invited {{ago}} and is {{status}}. {{next_action}}"}
`,
    textWithUrl: `{"text":"*{{name}}* ({{service_account_id}}, {{data_center}}) was invited {{ago}} and is {{status}}. {{next_action}} {{url}}"}
`,
  },
};

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

const HTML: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };

function asHtml(text: string): string {
  return text.replace(/[&<>"']/g, (sign) => HTML[sign] ?? sign);
}

function asJson(text: string): string {
  return JSON.stringify(text).slice(1, -1);
}

const ESCAPE: Readonly<Record<TextFormat, (text: string) => string>> = {
  text: (text) => text,
  html: asHtml,
  // A backslash before any ASCII punctuation: https://spec.commonmark.org/0.31.2/#backslash-escapes. URLs stay whole.
  markdown: (text) => (/^https?:\/\/[^\s<>]+$/.test(text) ? `<${text}>` : text.replace(/[!-/:-@[-`{-~]/g, "\\$&")),
  json: asJson,
  // Slack's three, which Mattermost and Teams understand too: https://docs.slack.dev/messaging/formatting-message-text
  chat: (text) => asJson(text.replace(/[&<>]/g, (sign) => HTML[sign] ?? sign)),
};
