import { html } from "hono/html";
import { CLASS_WORDS } from "../finding-class";
import { keyOf } from "../report";
import type { DriftReport, Finding } from "../report-schema";
import { locationText } from "./format";

/**
 * The report as JUnit's XML: a suite for each source, and in it a case for each link, for each finding that is of no
 * link, and for the source itself where it failed. A finding fails its case if its class makes the run fail; what was
 * not planned is an error; others skip it. It has no times: the same plan gives the same file.
 */
export function junitFormat(report: DriftReport): string {
  const suites = new Map(report.sources.map(({ name }) => [name, [] as Case[]]));
  const casesOf = (source: string): Case[] => {
    const cases = suites.get(source) ?? [];
    suites.set(source, cases);
    return cases;
  };
  const findings = new Map<string, Finding[]>();
  for (const finding of report.findings) {
    const key = keyOf(finding);
    findings.set(key, [...(findings.get(key) ?? []), finding]);
  }
  for (const link of report.links) {
    const key = keyOf(link);
    casesOf(link.source).push(caseOf(link.address, findings.get(key) ?? [], report));
    findings.delete(key);
  }
  for (const [first, ...more] of findings.values()) {
    if (first !== undefined) casesOf(first.source).push(caseOf(first.address, [first, ...more], report));
  }
  for (const { name, error } of report.sources) {
    if (error !== null) casesOf(name).push({ name: "plan", verdict: "error", lines: [error.message, error.fix] });
  }
  const all = [...suites.values()].flat();
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="ou-link drift" ${totals(all)}>`,
    ...[...suites].flatMap(([name, cases]) => [
      `  <testsuite name="${escaped(name)}" ${totals(cases)} skipped="${count(cases, "skipped")}">`,
      ...cases.map((each) => caseText(each, name)),
      "  </testsuite>",
    ]),
    "</testsuites>",
  ].join("\n");
}

interface Case {
  readonly name: string;
  readonly verdict: "passed" | "failure" | "skipped" | "error";
  readonly lines: readonly string[];
}

function caseOf(name: string, findings: readonly Finding[], report: DriftReport): Case {
  const counting = findings.filter(({ ignored }) => ignored === null);
  const failing = counting.filter((each) => report.fail_on.includes(each.class));
  const unknown = counting.filter((each) => each.class === "incomplete");
  const told = [failing, unknown, findings].find(({ length }) => length > 0) ?? [];
  return {
    name,
    verdict: failing.length > 0 ? "failure" : unknown.length > 0 ? "error" : findings.length > 0 ? "skipped" : "passed",
    lines: told.flatMap((each) => [
      `${CLASS_WORDS[each.class].title}: ${each.summary}`,
      ...(each.ignored === null ? [] : [`Ignored until ${each.ignored.expires}: ${each.ignored.reason}`]),
      ...each.changes.map((change) => `${change.attribute}: ${change.before} → ${change.after}`),
      each.next_action,
      ...(each.location === null ? [] : [locationText(each.location)]),
    ]),
  };
}

function caseText({ name, verdict, lines }: Case, suite: string): string {
  const attributes = `classname="${escaped(suite)}" name="${escaped(name)}"`;
  if (verdict === "passed") return `    <testcase ${attributes}/>`;
  // Jenkins' schema lets a skipped case have content, and no message.
  if (verdict === "skipped") {
    return `    <testcase ${attributes}>\n      <skipped>${escaped(lines.join("\n"))}</skipped>\n    </testcase>`;
  }
  const [first = "", ...rest] = lines;
  const content = `<${verdict} message="${escaped(first)}">${escaped(rest.join("\n"))}</${verdict}>`;
  return `    <testcase ${attributes}>\n      ${content}\n    </testcase>`;
}

function totals(cases: readonly Case[]): string {
  return `tests="${cases.length}" failures="${count(cases, "failure")}" errors="${count(cases, "error")}"`;
}

function count(cases: readonly Case[], verdict: Case["verdict"]): number {
  return cases.filter((each) => each.verdict === verdict).length;
}

/** Text as XML takes it, in content and between either kind of quotation marks: what HTML escapes is enough for XML. */
function escaped(text: string): string {
  // Markup is a promise only where something in it is one.
  return `${html`${text}` as string}`;
}
