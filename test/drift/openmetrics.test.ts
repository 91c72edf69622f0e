import { FORMATS } from "../../src/drift";
import { RULES, changeJson, fleetOf200, linkAddress, linkValues } from "./fleet";
import { readOpenMetrics } from "./openmetrics-text";
import { PLAIN, reportOf } from "./report-of";

const metricsOf = (report: ReturnType<typeof reportOf>) => readOpenMetrics(`${FORMATS.openmetrics(report, PLAIN)}\n`);

describe("a report as OpenMetrics", () => {
  it("counts links by status and class, each once, and findings of every class", () => {
    const report = reportOf(fleetOf200(), { rules: RULES });
    const samples = metricsOf(report);
    const sumOf = (name: string, labels: object = {}) =>
      samples
        .filter(
          (sample) =>
            sample.name === name && Object.entries(labels).every(([key, value]) => sample.labels[key] === value),
        )
        .reduce((sum, { value }) => sum + value, 0);
    expect(sumOf("ou_link_drift_links")).toBe(200);
    expect(sumOf("ou_link_drift_links", { status: "unlinked", class: "drift" })).toBe(7);
    expect(sumOf("ou_link_drift_links", { class: "in-sync" })).toBe(report.links_in_sync);
    for (const [kind, count] of Object.entries(report.counts)) {
      expect(samples).toContainEqual({
        name: "ou_link_drift_findings",
        labels: { source: kind === "expired-rule" ? "ignore.yaml" : "production", class: kind },
        value: count,
      });
    }
  });

  it("tells since when the first is awaited, and when this was", () => {
    const waiting = (customer: string, since: string | null) =>
      changeJson(linkAddress(customer), ["no-op"], {}, linkValues(1, { status: "pending", awaited_since: since }));
    const dated = (...changes: unknown[]) =>
      metricsOf(reportOf({ resource_changes: changes.map((each) => noop(each as Change)) })).filter(({ name }) =>
        name.endsWith("_seconds"),
      );
    const run = { name: "ou_link_drift_last_run_timestamp_seconds", labels: {}, value: 1772366400 };
    expect(dated(waiting("a", "2026-02-20T09:00:00.000Z"), waiting("b", "2026-02-19T09:00:00.000Z"))).toEqual([
      { name: "ou_link_drift_oldest_awaited_timestamp_seconds", labels: { source: "production" }, value: 1771491600 },
      run,
    ]);
    expect(dated(waiting("a", null), waiting("b", "tomorrow"))).toEqual([run]);
  });

  it("names a source that failed, and takes any name for a label", () => {
    const name = 'a\\n"b\\"\n{c="d"},\u{1f600}\ue000';
    const report = reportOf({});
    const error = { message: "x", fix: "y" };
    const sources = report.sources.map((source) => ({ ...source, name, error }));
    expect(metricsOf({ ...report, sources })).toContainEqual({
      name: "ou_link_drift_source_success",
      labels: { source: name },
      value: 0,
    });
  });
});

type Change = ReturnType<typeof changeJson>;

/** A link that stays as it is. */
function noop(change: Change): Change {
  return { ...change, change: { ...change.change, before: change.change.after } };
}
