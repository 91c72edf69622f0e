import { CLASS_WORDS, FINDING_CLASSES } from "../finding-class";
import type { FindingClass } from "../finding-class";
import type { DriftReport, Finding, SourceLocation } from "../report-schema";

/** https://docs.oasis-open.org/sarif/sarif/v2.1.0/os/schemas/sarif-schema-2.1.0.json */
const SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/os/schemas/sarif-schema-2.1.0.json";

const LEVELS: Readonly<Record<FindingClass, "error" | "warning" | "note">> = {
  drift: "error",
  stale: "warning",
  "failed-check": "warning",
  incomplete: "warning",
  pending: "note",
  progress: "note",
  configuration: "note",
  "other-drift": "warning",
  "other-configuration": "note",
  "expired-rule": "warning",
};

/** Results of a run: with more, code scanning refuses the whole file. */
const MOST_RESULTS = 25_000;

/**
 * The report as SARIF 2.1.0, as code scanning takes it: each result has a place in a file and a name that stays the same
 * from run to run, whatever moves. What a rule ignores is left out, for code scanning would open an alert for it all the
 * same (https://docs.github.com/en/code-security/code-scanning/integrating-with-code-scanning/sarif-support-for-code-scanning).
 */
export function sarifFormat(report: DriftReport): string {
  const findings = report.findings.filter(({ ignored }) => ignored === null);
  const failed = report.sources.filter(({ error }) => error !== null);
  const notifications = failed.map(({ name, error }) =>
    notification("error", `${name}: ${error?.message ?? ""} ${error?.fix ?? ""}`),
  );
  const left = findings.length - MOST_RESULTS;
  if (left > 0) {
    notifications.push(notification("warning", `${left} more are left out here; the JSON report has them all.`));
  }
  const firstFiles = new Map(report.sources.map(({ name, first_file }) => [name, first_file]));
  const placeOf = ({ location, source }: Finding): SourceLocation =>
    location !== null && !location.file.startsWith("../")
      ? location
      : { file: firstFiles.get(source) ?? report.sources[0]?.first_file ?? "main.tf", line: 1 };
  const log = {
    $schema: SCHEMA,
    version: "2.1.0",
    runs: [
      {
        tool: {
          driver: {
            name: "ou-link drift",
            semanticVersion: report.tool.version,
            rules: FINDING_CLASSES.map((each) => {
              const { title, meaning } = CLASS_WORDS[each];
              return {
                id: each,
                name: title.replace(/ (.)/g, (_, letter: string) => letter.toUpperCase()),
                shortDescription: { text: title },
                fullDescription: { text: meaning },
                help: { text: `${meaning} The message says what to do.` },
                defaultConfiguration: { level: LEVELS[each] },
              };
            }),
          },
        },
        // Paths are told from the root of the repository, wherever that is checked out.
        columnKind: "utf16CodeUnits",
        invocations: [{ executionSuccessful: failed.length === 0, toolExecutionNotifications: notifications }],
        results: findings.slice(0, MOST_RESULTS).map((finding) => {
          const { file, line } = placeOf(finding);
          return {
            ruleId: finding.class,
            ruleIndex: FINDING_CLASSES.indexOf(finding.class),
            level: LEVELS[finding.class],
            message: { text: unlinked(`${finding.address}: ${finding.summary} ${finding.next_action}`) },
            locations: [
              {
                physicalLocation: {
                  artifactLocation: { uri: uriOf(file), uriBaseId: "%SRCROOT%" },
                  region: { startLine: line, startColumn: 1, endLine: line, endColumn: 2 },
                },
                logicalLocations: [{ fullyQualifiedName: finding.address, kind: "resource" }],
              },
            ],
            // The only name that code scanning looks at. Made from the line, links with for_each would be one alert.
            partialFingerprints: { primaryLocationLineHash: `${finding.fingerprint}:1` },
          };
        }),
      },
    ],
  };
  return JSON.stringify(log, null, 2);
}

function notification(level: "error" | "warning", text: string) {
  return { level, message: { text } };
}

/** A message may hold links, `[text](target)`, which nobody's name is to be. */
function unlinked(text: string): string {
  return text.replaceAll("](", "] (");
}

function uriOf(file: string): string {
  return file.split("/").map(encodeURIComponent).join("/");
}
