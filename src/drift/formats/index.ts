import type { DriftReport } from "../report-schema";
import type { FormatOptions } from "./format";
import { htmlFormat } from "./html-format";
import { junitFormat } from "./junit-format";
import { commentFormat, markdownFormat } from "./markdown-format";
import { openMetricsFormat } from "./openmetrics-format";
import { sarifFormat } from "./sarif-format";
import { tableFormat } from "./table-format";

export type { FormatOptions } from "./format";
export { TITLES } from "./markdown-format";
export { lookGauges, openMetricsText } from "./openmetrics-format";
export { comparedText, goneTexts, outcomeText } from "./format";

export type Format = "table" | "markdown" | "comment" | "json" | "junit" | "sarif" | "html" | "openmetrics";

/** A report as text, which ends without a line feed. */
export const FORMATS: Readonly<Record<Format, (report: DriftReport, options: FormatOptions) => string>> = {
  table: tableFormat,
  markdown: markdownFormat,
  comment: commentFormat,
  json: (report) => JSON.stringify(report, null, 2),
  junit: junitFormat,
  sarif: sarifFormat,
  html: htmlFormat,
  openmetrics: openMetricsFormat,
};
