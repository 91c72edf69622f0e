import { z } from "zod";
import { FINDING_CLASSES } from "./finding-class";
import type { DriftReport } from "./report-schema";

const historyEntry = z.object({
  at: z.string(),
  outcome: z.enum(["none", "drift", "incomplete", "error"]),
  links: z.number(),
  in_sync: z.number(),
  /** Of the classes that there were then. */
  counts: z.partialRecord(z.enum(FINDING_CLASSES), z.int().min(0)),
});

/** One run, as a line of a history keeps it. */
export type HistoryEntry = z.infer<typeof historyEntry>;

/** What a history keeps of a report. Counts only, so that it can be kept for long and shown to anybody. */
export function historyEntryOf(report: DriftReport, now: Date): HistoryEntry {
  const { outcome, links, links_in_sync: in_sync, counts } = report;
  return { at: now.toISOString(), outcome, links: links.length, in_sync, counts };
}

/** Reads a history of one JSON object a line. A line that is none, as an interrupted run leaves, is passed over. */
export function readHistory(text: string): HistoryEntry[] {
  return text.split("\n").flatMap((line) => {
    try {
      const read = historyEntry.safeParse(JSON.parse(line));
      return read.success ? [read.data] : [];
    } catch {
      return [];
    }
  });
}
