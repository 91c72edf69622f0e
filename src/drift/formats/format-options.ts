import type { HistoryEntry } from "../history";
import type { SourceLocation } from "../report-schema";

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
