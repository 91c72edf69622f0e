import { z } from "zod";
import { FINDING_CLASSES } from "./finding-class";

/** Where a resource is declared. */
const location = z
  .object({
    file: z.string().describe("Path from the root of the repository, with forward slashes."),
    line: z.number().int().min(1),
  })
  .describe("Where it is declared; null where that was not found.");

const change = z.object({
  attribute: z.string(),
  before: z.string().describe('As text; "(sensitive value)" for secrets, long ones cut off.'),
  after: z.string(),
});

const finding = z.object({
  class: z.enum(FINDING_CLASSES),
  source: z.string().describe("The folder or plan that it was found in."),
  address: z
    .string()
    .describe(
      'Terraform\'s address of the resource or check; "(all of the plan)" for what is of none; for an expired rule, those it names.',
    ),
  summary: z.string().describe("One sentence for a person."),
  next_action: z.string().describe("What to do about it, in one sentence."),
  changes: z.array(change),
  relevant: z.boolean().describe("Whether something in the plan depends on what has drifted. True for links."),
  location: location.nullable(),
  fingerprint: z.string().describe("The same at every run for the same finding."),
  ignored: z
    .object({ reason: z.string(), expires: z.string() })
    .nullable()
    .describe("The rule that ignores it; null where it counts."),
  is_new: z.boolean().optional().describe("Whether the baseline does not have it; absent without one."),
});

/** A finding as a later report keeps it. */
const earlierFinding = z.object({
  class: z.enum(FINDING_CLASSES),
  source: z.string(),
  address: z.string(),
  customer: z.string().nullable().describe("Whose link it was; null where it is of no link."),
  attributes: z.array(z.string()).describe("What had changed."),
  fingerprint: z.string(),
});

const compared = z.object({
  since: z.string().nullable().describe("When the baseline was planned; null where it does not tell."),
  new: z.number().int().describe("Findings that the baseline does not have."),
  gone: z.array(earlierFinding).describe("What the baseline has, and is there no longer."),
  unseen: z
    .array(earlierFinding)
    .describe("What the baseline has, of sources that were not read this time, or not whole: it is kept in mind."),
  failed: z.array(z.string()).describe("Sources that have failed since."),
  recovered: z.array(z.string()).describe("Sources that had failed, and were read this time."),
});

const link = z.object({
  source: z.string(),
  address: z.string(),
  customer: z.string().describe("keepers.customer, or else the link's key, or what its code calls it."),
  service_account_id: z.string(),
  data_center: z.string(),
  status: z.string().describe('What was observed; "not created" where only the configuration has it.'),
  classes: z.array(z.enum(FINDING_CLASSES)).describe("Of the findings that are not ignored; empty where all is well."),
  since: z
    .string()
    .nullable()
    .describe("Since when it is what it is (RFC 3339): awaited, or linked. Null where nothing tells."),
  age_seconds: z.number().nullable().describe("From then until the plan was made."),
  awaited_since: z
    .string()
    .nullable()
    .describe("Since when an administrator is awaited, which may be so although the link works; null where nobody is."),
  next_action: z.string(),
  location: location.nullable(),
});

const source = z.object({
  name: z.string(),
  terraform_version: z.string().nullable(),
  planned_at: z.string().nullable(),
  has_state: z.boolean(),
  first_file: z
    .string()
    .nullable()
    .describe("The first file of its configuration, which stands for it as a whole; null where that is not known."),
  warnings: z.array(z.string()),
  error: z
    .object({ message: z.string(), fix: z.string() })
    .nullable()
    .describe("Why nothing is known of it; null where it was read."),
});

const rule = z.object({
  address: z.string(),
  reason: z.string(),
  expires: z.string(),
  state: z.enum(["used", "unused", "expired"]),
});

/** The report as its published format has it. `npm run generate` makes the JSON Schema in `schemas/` of it. */
export const driftReportSchema = z
  .object({
    format_version: z.literal("1.0").describe("A minor adds members; a major changes what is there."),
    tool: z.object({ name: z.literal("ou-link"), version: z.string() }),
    outcome: z.enum(["none", "drift", "incomplete", "error"]).describe("What the exit code says: 0, 2, 3, 1."),
    fail_on: z.array(z.enum(FINDING_CLASSES)).describe("The classes that make the outcome drift."),
    counts: z.record(z.enum(FINDING_CLASSES), z.number().int()).describe("Findings that are not ignored, by class."),
    links_in_sync: z.number().int().describe("Links without a finding."),
    ignored: z.number().int().describe("Findings that a rule ignores."),
    sources: z.array(source),
    links: z.array(link),
    findings: z.array(finding),
    rules: z.array(rule),
    compared: compared.optional().describe("What is new since the baseline, and what has gone; absent without one."),
    notified: z
      .boolean()
      .optional()
      .describe(
        "Whether all who were to be notified of the changes were, also where there were none; absent where nobody was to be.",
      ),
  })
  .meta({
    title: "Drift report of ou-link",
    description: "What `ou-link drift --format json` prints. It holds no secret.",
  });

type Location = z.infer<typeof location>;
export type { Location as SourceLocation };
export type DriftReport = z.infer<typeof driftReportSchema>;
export type Finding = z.infer<typeof finding>;
export type EarlierFinding = z.infer<typeof earlierFinding>;
export type FindingChange = z.infer<typeof change>;
export type LinkRow = z.infer<typeof link>;
export type SourceSummary = z.infer<typeof source>;
export type RuleUse = z.infer<typeof rule>;

export const historyEntry = z.object({
  at: z.string(),
  outcome: z.enum(["none", "drift", "incomplete", "error"]),
  links: z.number(),
  in_sync: z.number(),
  /** Of the classes that there were then. */
  counts: z.partialRecord(z.enum(FINDING_CLASSES), z.int().min(0)),
});

/** One run, as a line of a history keeps it. */
export type HistoryEntry = z.infer<typeof historyEntry>;
