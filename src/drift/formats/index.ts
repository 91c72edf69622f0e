import type { DriftReport } from "../report-schema";
import type { FormatOptions } from "./format-options";
import { htmlFormat } from "./html-format";
import { jsonFormat } from "./json-format";
import { junitFormat } from "./junit-format";
import { commentFormat, markdownFormat } from "./markdown-format";
import { openMetricsFormat } from "./openmetrics-format";
import { sarifFormat } from "./sarif-format";
import { tableFormat } from "./table-format";

export type { FormatOptions } from "./format-options";
export { COMMENT_MARKER, TITLES } from "./markdown-format";
export { lookGauges, openMetricsText } from "./openmetrics-format";
export { comparedText, goneTexts, outcomeText } from "./words";

export type Format = "table" | "markdown" | "comment" | "json" | "junit" | "sarif" | "html" | "openmetrics";

/** A report as text, which ends without a line feed. */
export const FORMATS: Readonly<Record<Format, (report: DriftReport, options: FormatOptions) => string>> = {
  table: tableFormat,
  markdown: markdownFormat,
  comment: commentFormat,
  json: jsonFormat,
  junit: junitFormat,
  sarif: sarifFormat,
  html: htmlFormat,
  openmetrics: openMetricsFormat,
};
