import { CLASS_WORDS, FINDING_CLASSES } from "../finding-class";
import type { FindingClass } from "../finding-class";
import type { DriftReport } from "../report-schema";

/** https://docs.oasis-open.org/sarif/sarif/v2.1.0/os/schemas/sarif-schema-2.1.0.json */
const SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/os/schemas/sarif-schema-2.1.0.json";

const LEVELS: Readonly<Record<FindingClass, "error" | "warning" | "note">> = {
  drift: "error",
  stale: "warning",
  pending: "note",
  progress: "note",
  configuration: "note",
  "other-drift": "warning",
  "other-configuration": "note",
  "expired-rule": "warning",
};

/**
 * The report as SARIF 2.1.0. It has no times, so that a finding stays the same one from run to run. What a rule ignores
 * is there as suppressed, with the reason. GitHub shows only results with a place in a file, so run it where the
 * configuration is.
 */
export function sarifFormat(report: DriftReport): string {
  const failed = report.sources.filter(({ error }) => error !== null);
  const log = {
    $schema: SCHEMA,
    version: "2.1.0",
    runs: [
      {
        tool: {
          driver: {
            name: "ou-link drift",
            semanticVersion: report.tool.version,
            rules: FINDING_CLASSES.map((each) => ({
              id: each,
              name: CLASS_WORDS[each].title.replace(/ (.)/g, (_, letter: string) => letter.toUpperCase()),
              shortDescription: { text: CLASS_WORDS[each].meaning },
              defaultConfiguration: { level: LEVELS[each] },
            })),
          },
        },
        // Paths are told from the root of the repository, wherever that is checked out.
        columnKind: "utf16CodeUnits",
        invocations: [
          {
            executionSuccessful: failed.length === 0,
            toolExecutionNotifications: failed.map(({ name, error }) => ({
              level: "error",
              message: { text: `${name}: ${error?.message ?? ""} ${error?.fix ?? ""}` },
            })),
          },
        ],
        results: report.findings.map((finding) => ({
          ruleId: finding.class,
          ruleIndex: FINDING_CLASSES.indexOf(finding.class),
          level: LEVELS[finding.class],
          message: { text: `${finding.address}: ${finding.summary} ${finding.next_action}` },
          locations: [
            {
              ...(finding.location !== null && {
                physicalLocation: {
                  artifactLocation: { uri: uriOf(finding.location.file), uriBaseId: "%SRCROOT%" },
                  region: { startLine: finding.location.line },
                },
              }),
              logicalLocations: [{ fullyQualifiedName: finding.address, kind: "resource" }],
            },
          ],
          partialFingerprints: { "ouLinkFinding/v1": finding.fingerprint },
          ...(finding.ignored !== null && {
            suppressions: [
              { kind: "external", justification: `${finding.ignored.reason} (until ${finding.ignored.expires})` },
            ],
          }),
        })),
      },
    ],
  };
  return JSON.stringify(log, null, 2);
}

function uriOf(file: string): string {
  return file.split("/").map(encodeURIComponent).join("/");
}
