import { CLASS_WORDS, FINDING_CLASSES } from "../finding-class";
import type { DriftReport, LinkRow, SourceLocation } from "../report-schema";

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
  ].join(" · ");
}
