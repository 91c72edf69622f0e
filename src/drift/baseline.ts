import type { EarlierReport } from "./files/report-file";
import type { FindingClass } from "./finding-class";
import { ALL_OF_THE_PLAN } from "./plan-findings";
import { keyOf } from "./report";
import type { DriftReport, EarlierFinding, Finding } from "./report-schema";

/** What an earlier report said, to compare a later one with. */
export interface Baseline {
  /** When the last of its plans was made, in RFC 3339; null where none of them tells. */
  readonly since: string | null;
  readonly findings: readonly EarlierFinding[];
  readonly failedSources: readonly string[];
}

/** A finding of these classes says all by being there: attributes that a refresh changed do not make it a new one. */
const SAYS_ALL: ReadonlySet<FindingClass> = new Set(["pending", "stale", "progress"]);

/**
 * What the next report is compared with. A report of which nobody could be notified passes on what it was compared with
 * itself, so that nothing is lost; null where that is nothing.
 */
export function baselineOf(report: EarlierReport): Baseline | null {
  const { compared, notified, sources } = report;
  const isTold = notified !== false;
  if (!isTold && compared === undefined) return null;
  const customers = new Map(report.links.map((link) => [keyOf(link), link.customer]));
  const counting = report.findings.filter(({ ignored, is_new }) => ignored === null && (isTold || is_new !== true));
  const failed = sources.filter(({ error }) => error !== null).map(({ name }) => name);
  const times = sources.flatMap(({ planned_at }) => planned_at ?? []).sort();
  return {
    since: isTold ? (times.at(-1) ?? null) : (compared?.since ?? null),
    findings: [
      ...counting.map((finding) => earlier(finding, customers.get(keyOf(finding)) ?? null)),
      ...(compared?.unseen ?? []),
      ...(isTold ? [] : (compared?.gone ?? [])),
    ],
    failedSources: isTold
      ? failed
      : [...failed.filter((name) => !compared?.failed.includes(name)), ...(compared?.recovered ?? [])],
  };
}

function earlier(
  finding: Omit<EarlierFinding, "attributes" | "customer"> & Pick<Finding, "changes">,
  customer: string | null,
) {
  const { class: kind, source, address, changes, fingerprint } = finding;
  return { class: kind, source, address, customer, attributes: changes.map(({ attribute }) => attribute), fingerprint };
}

/**
 * A report that tells what is new in it and what has gone. A finding is known as long as it has the same class and
 * address, and no further attributes. What a rule ignores is neither new nor gone, and nothing is gone from a source
 * that was not read.
 */
export function comparedWith(
  report: DriftReport,
  { since, findings: earlierOnes, failedSources }: Baseline,
): DriftReport {
  const known = new Map<string, Set<string>>();
  for (const { fingerprint, attributes } of earlierOnes) known.set(fingerprint, new Set(attributes));
  const isNew = ({ class: kind, fingerprint, changes, ignored }: Finding): boolean => {
    const attributes = known.get(fingerprint);
    if (ignored !== null) return false;
    return (
      attributes === undefined || (!SAYS_ALL.has(kind) && changes.some(({ attribute }) => !attributes.has(attribute)))
    );
  };
  const there = new Set(report.findings.map(({ fingerprint }) => fingerprint));
  const partial = report.findings.filter(({ address }) => address === ALL_OF_THE_PLAN).map(({ source }) => source);
  const failed = report.sources.filter(({ error }) => error !== null).map(({ name }) => name);
  const read = new Set(report.sources.map(({ name }) => name));
  for (const name of [...failed, ...partial]) read.delete(name);
  const left = earlierOnes.filter(({ fingerprint }) => !there.has(fingerprint));
  const isSeen = (finding: EarlierFinding) => finding.class === "expired-rule" || read.has(finding.source);
  const findings = report.findings.map((finding) => ({ ...finding, is_new: isNew(finding) }));
  return {
    ...report,
    findings,
    compared: {
      since,
      new: findings.filter(({ is_new }) => is_new).length,
      gone: left.filter(isSeen),
      unseen: left.filter((finding) => !isSeen(finding)),
      failed: failed.filter((name) => !failedSources.includes(name)),
      recovered: failedSources.filter((name) => read.has(name)),
    },
  };
}
