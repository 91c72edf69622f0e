import { FINDING_CLASSES } from "../finding-class";
import type { DriftReport } from "../report-schema";
import type { FormatOptions } from "./format";

/** A measure at one moment, for each set of labels. */
export interface Gauge {
  readonly name: string;
  /** Without quotation marks and backslashes: OpenMetrics escapes the former here, and Prometheus' older text does not. */
  readonly help: string;
  readonly samples: readonly { readonly labels: Readonly<Record<string, string>>; readonly value: number }[];
}

/** What links are, for what counts and dates them. */
export interface MeasuredLink {
  readonly source: string;
  readonly awaitedSince: string | null;
}

/**
 * Gauges in the text of OpenMetrics 1.0, without the line feed at its end. They are all that Prometheus' older text has a
 * type for too, so that node_exporter's textfile collector takes them.
 * https://prometheus.io/docs/specs/om/open_metrics_spec/
 */
export function openMetricsText(gauges: readonly Gauge[]): string {
  const lines = gauges.flatMap(({ name, help, samples }) => [
    `# TYPE ${name} gauge`,
    ...(name.endsWith("_seconds") ? [`# UNIT ${name} seconds`] : []),
    `# HELP ${name} ${help}`,
    ...samples.map(({ labels, value }) => `${name}${labelText(labels)} ${value}`),
  ]);
  return [...lines, "# EOF"].join("\n");
}

function labelText(labels: Readonly<Record<string, string>>): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${escapeLabel(value)}"`);
  return pairs.length === 0 ? "" : `{${pairs.join(",")}}`;
}

function escapeLabel(value: string): string {
  return value.replace(/\\/g, "\\\\").replace(/"/g, '\\"').replace(/\n/g, "\\n");
}

/**
 * What holds of any look at links: which sources could be read, when that was, and since when the first administrator is
 * awaited. Times rather than ages, for an age stands still while nobody looks.
 *
 * @param prefix of the names
 * @param sources each with whether it could be read
 */
export function lookGauges(
  prefix: string,
  sources: ReadonlyMap<string, boolean>,
  links: readonly MeasuredLink[],
  now: Date,
): Gauge[] {
  const oldest = new Map<string, number>();
  for (const { source, awaitedSince } of links) {
    const time = Date.parse(awaitedSince ?? "") / 1000;
    if (Number.isFinite(time)) oldest.set(source, Math.min(time, oldest.get(source) ?? Infinity));
  }
  return [
    {
      name: `${prefix}_oldest_awaited_timestamp_seconds`,
      help: "Since when the administrator who has been awaited for longest is awaited. Absent where nobody is.",
      samples: [...oldest].map(([source, value]) => ({ labels: { source }, value })),
    },
    {
      name: `${prefix}_source_success`,
      help: "Whether the source could be read: 1, or 0 where nothing is known of its links.",
      samples: [...sources].map(([source, isRead]) => ({ labels: { source }, value: isRead ? 1 : 0 })),
    },
    {
      name: `${prefix}_last_run_timestamp_seconds`,
      help: "When this was last looked at.",
      samples: [{ labels: {}, value: now.getTime() / 1000 }],
    },
  ];
}

/** The report as metrics, so that an alert can be made of it. */
export function openMetricsFormat(report: DriftReport, { now }: FormatOptions): string {
  const sources = report.sources.map(({ name }) => name);
  const counted = new Map<string, { labels: Record<string, string>; value: number }>();
  const count = (labels: Record<string, string>, by: number) => {
    const key = JSON.stringify(labels);
    counted.set(key, { labels, value: (counted.get(key)?.value ?? 0) + by });
  };
  for (const {
    source,
    status,
    classes: [first = "in-sync"],
  } of report.links)
    count({ source, status, class: first }, 1);
  const links = [...counted.values()];
  counted.clear();
  for (const source of sources) for (const each of FINDING_CLASSES) count({ source, class: each }, 0);
  for (const { source, class: kind, ignored } of report.findings)
    if (ignored === null) count({ source, class: kind }, 1);
  return openMetricsText([
    {
      name: "ou_link_drift_links",
      help: "Links by status and by the gravest class of what was found of them; in-sync where nothing was.",
      samples: links,
    },
    {
      name: "ou_link_drift_findings",
      help: "Findings by class that no rule ignores.",
      samples: [...counted.values()],
    },
    ...lookGauges(
      "ou_link_drift",
      new Map(report.sources.map(({ name, error }) => [name, error === null])),
      report.links.map(({ source, awaited_since }) => ({ source, awaitedSince: awaited_since })),
      now,
    ),
  ]);
}
