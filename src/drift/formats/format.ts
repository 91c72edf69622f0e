import { CLASS_WORDS, FINDING_CLASSES } from "../finding-class";
import { keyOf } from "../report";
import type { DriftReport, EarlierFinding, Finding, HistoryEntry, LinkRow, SourceLocation } from "../report-schema";

/** What some formats can say beside the report itself. */
export interface FormatOptions {
  /** Whether to colour; for a terminal. */
  readonly color: boolean;
  /** How wide the terminal is; null where nothing limits a line. */
  readonly columns: number | null;
  /** Address of a place in the source, for whoever reads it in a browser; null where it has none. */
  readonly sourceUrl: (location: SourceLocation) => string | null;
  /** Earlier runs, oldest first, and this one. */
  readonly history: readonly HistoryEntry[];
  /** When this run is, for the one format that tells it. */
  readonly now: Date;
}

/** `3 d`, `5 h`, `12 min`: as exact as anybody acts upon. Empty where it is not known. */
export function ageText(seconds: number | null): string {
  if (seconds === null) return "";
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min`;
  return seconds < 2 * 86_400 ? `${Math.floor(seconds / 3600)} h` : `${Math.floor(seconds / 86_400)} d`;
}

/** A link's status, and whether somebody was asked although it works. */
export function statusText({ status, awaited_since }: Pick<LinkRow, "status" | "awaited_since">): string {
  return status === "linked" && awaited_since !== null ? `${status}, asked anew` : status;
}

/** `main.tf:12` */
export function locationText(location: SourceLocation | null): string {
  return location === null ? "" : `${location.file}:${location.line}`;
}

/** What came out, in one sentence. */
export function outcomeText(report: DriftReport): string {
  const failed = report.sources.filter(({ error }) => error !== null).length;
  const found = FINDING_CLASSES.filter((each) => report.counts[each] > 0).map(
    (each) => `${report.counts[each]} ${CLASS_WORDS[each].title.toLowerCase()}`,
  );
  const links = `${report.links.length} ${report.links.length === 1 ? "link" : "links"}, ${report.links_in_sync} in sync`;
  return [
    links,
    ...found,
    ...(report.ignored > 0 ? [`${report.ignored} ignored`] : []),
    ...(failed > 0 ? [`${failed} of ${report.sources.length} sources failed`] : []),
    ...comparedText(report),
  ].join(" · ");
}

/** How much is new since the baseline, and how much has gone; nothing without one. */
export function comparedText({ compared }: DriftReport): string[] {
  if (compared === undefined) return [];
  const { since, gone, unseen } = compared;
  const when = since === null ? "since the last report" : `since ${since}`;
  const lost = unseen.length === 0 ? [] : [`${unseen.length} not looked at this time`];
  return [`${compared.new} new and ${gone.length} gone ${when}`, ...lost];
}

/** What happened, and whether that is news. */
export function summaryText({ summary, is_new }: Pick<Finding, "summary" | "is_new">): string {
  return is_new === true ? `New: ${summary}` : summary;
}

/** What has gone since the baseline, each with what there is in its place. */
export function goneTexts({
  compared,
  links,
}: DriftReport): { readonly gone: EarlierFinding; readonly text: string }[] {
  const statuses = new Map(links.map((link) => [keyOf(link), statusText(link)]));
  return (compared?.gone ?? []).map((gone) => {
    const status = statuses.get(keyOf(gone));
    const now = status === undefined ? "" : `, now ${status}`;
    return { gone, text: `${CLASS_WORDS[gone.class].title} no more${now}.` };
  });
}
