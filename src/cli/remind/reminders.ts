import { readFile } from "node:fs/promises";
import { CliError } from "../command-line/cli-error";
import { declaredLinkAsJson } from "../states/declared-link";
import type { DeclaredLink } from "../states/declared-link";
import { providerWording } from "../../link-service/provider-wording";
import { checkTemplate, fillIn, formatOf, readyChatLine, readyLetter } from "./reminder-template";
import type { ReadyTextOptions, TextFormat } from "./reminder-template";

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
export interface Template {
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
