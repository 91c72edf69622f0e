import { z } from "zod";
import { DriftInputError } from "../json-text";
import { driftReportSchema, historyEntry } from "../report-schema";
import type { HistoryEntry } from "../report-schema";
import { printable } from "../safe-text";

const FORMAT_VERSION = driftReportSchema.shape.format_version.value;

const MAKE_ANEW = "Remove it, and make it anew: ou-link drift --output json=<file>.";

/** Only what is compared is read, so that a minor version may add members to the rest. */
const earlierReport = driftReportSchema.pick({ outcome: true, fail_on: true, compared: true, notified: true }).extend({
  findings: z.array(
    driftReportSchema.shape.findings.element.pick({
      class: true,
      source: true,
      address: true,
      changes: true,
      fingerprint: true,
      ignored: true,
      is_new: true,
    }),
  ),
  links: z.array(driftReportSchema.shape.links.element.pick({ source: true, address: true, customer: true })),
  sources: z.array(driftReportSchema.shape.sources.element.pick({ name: true, planned_at: true, error: true })),
});
export type EarlierReport = z.infer<typeof earlierReport>;

/**
 * Reads a report that `--format json` has printed.
 *
 * @param file its name, for messages
 * @throws DriftInputError where it is none that this understands
 */
export function readReport(text: string, file: string): EarlierReport {
  const json = jsonOf(text);
  const version = formatVersionOf(json);
  if (version === null) throw new DriftInputError(`${file} is no drift report of ou-link in JSON.`, MAKE_ANEW);
  const [major] = version.split(".");
  if (major !== FORMAT_VERSION.split(".")[0]) {
    const ours = `${file} is a drift report of format ${version}, and this ou-link understands ${FORMAT_VERSION}.`;
    throw new DriftInputError(ours, Number(major) > Number(FORMAT_VERSION) ? "Update ou-link." : MAKE_ANEW);
  }
  const read = earlierReport.safeParse(json);
  if (read.success) return read.data;
  const [{ path, message } = { path: [], message: "" }] = read.error.issues;
  throw new DriftInputError(
    `${file} is no drift report that this ou-link understands: ${printable(path.join("."))}: ${message}.`,
    MAKE_ANEW,
  );
}

/** A file that was kept somewhere may hold anything, also what a terminal obeys. */
function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text, (_, value: unknown) => (typeof value === "string" ? printable(value) : value));
  } catch {
    return null;
  }
}

function formatVersionOf(json: unknown): string | null {
  const read = z
    .object({ format_version: z.string().regex(/^\d+\.\d+$/), findings: z.array(z.unknown()) })
    .safeParse(json);
  return read.success ? read.data.format_version : null;
}

/** Reads a history of one JSON object a line. It skips a line that is none, such as an interrupted run leaves. */
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
