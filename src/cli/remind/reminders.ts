import { readFile } from "node:fs/promises";
import { CliError } from "../command-line/cli-error";
import { declaredLinkAsJson } from "../states/declared-link";
import type { DeclaredLink } from "../states/declared-link";
import { EXIT_CODE } from "../command-line/exit-code";
import { READY_TEMPLATES, checkTemplate, fillIn, formatOf } from "./reminder-template";
import type { TextFormat } from "./reminder-template";

/** Whom to remind, and in what words. */
export interface ReminderFlags {
  /** Days. */
  readonly olderThan: number;
  readonly as: "mail" | "chat";
  /** A file. */
  readonly template?: string;
  readonly withUrl?: true;
}

/** A text, and what it is. */
export interface Template {
  readonly text: string;
  readonly format: TextFormat;
}

const DAY = 24 * 60 * 60 * 1000;

/**
 * The template that is meant.
 *
 * @throws CliError where the file cannot be read, or asks for what there is not
 */
export async function readTemplate({ as, template: file, withUrl }: ReminderFlags): Promise<Template> {
  if (file === undefined) {
    const { text, textWithUrl } = READY_TEMPLATES[as];
    return { text: withUrl ? textWithUrl : text, format: as === "chat" ? "chat" : "text" };
  }
  let text: string;
  try {
    text = await readFile(file, "utf8");
  } catch (error) {
    const { code = "unknown error" } = error as NodeJS.ErrnoException;
    throw new CliError(`The template ${file} cannot be read: ${code}.`, "Name a text file.", EXIT_CODE.usage);
  }
  checkTemplate(text, `The template ${file}`, withUrl === true);
  return { text, format: formatOf(file) };
}

/** The links that have waited for long, the longest first, each with its text. */
export function remindersOf(links: readonly DeclaredLink[], flags: ReminderFlags, template: Template, now: Date) {
  return links
    .flatMap((link) => {
      const minted = link.mintedAt === null ? NaN : Date.parse(link.mintedAt);
      const days = Math.floor((now.getTime() - minted) / DAY);
      const waits = link.status === "pending" || link.status === "stale";
      return waits && days >= flags.olderThan ? [{ link, days }] : [];
    })
    .sort((one, other) => other.days - one.days)
    .map(({ link, days }) => ({
      ...declaredLinkAsJson(link),
      days,
      text: fillIn(
        template.text,
        {
          name: link.name,
          service_account_id: link.serviceAccountId,
          data_center: link.dataCenter,
          conferencing_provider: link.conferencingProviderName ?? "",
          status: link.status,
          days: String(days),
          ago: agoText(days),
          since: link.mintedAt ?? "",
          next_action: link.nextAction,
          url: flags.withUrl ? (link.url("invitation") ?? link.url("authorization")) : null,
        },
        template.format,
      ),
    }));
}

function agoText(days: number): string {
  return days === 0 ? "today" : days === 1 ? "yesterday" : `${days} days ago`;
}
