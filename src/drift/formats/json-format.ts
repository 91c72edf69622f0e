import type { DriftReport } from "../report-schema";

/** The report as it is; its format is published as a JSON Schema in `schemas/`. */
export function jsonFormat(report: DriftReport): string {
  return JSON.stringify(report, null, 2);
}
