import { classify, fingerprint } from "./classify";
import type { ClassifiedPlan } from "./classify";
import type { DeclarationFinder } from "./declarations";
import { FINDING_CLASSES } from "./finding-class";
import type { FindingClass } from "./finding-class";
import { isExpired, matches } from "./ignore-rules";
import type { IgnoreRule } from "./ignore-rules";
import type { TerraformPlanJson } from "./plan-json";
import type { DriftReport, Finding, HistoryEntry, LinkRow, RuleUse, SourceSummary } from "./report-schema";
import { printable, safeText } from "./safe-text";

/** One folder or plan that a report is about: what its plan says, or why there is none. */
export interface ReportSource {
  readonly name: string;
  /** What Terraform warned of. */
  readonly warnings: readonly string[];
  readonly result:
    | { readonly plan: TerraformPlanJson; readonly declarations: DeclarationFinder }
    | { readonly error: { readonly message: string; readonly fix: string } };
}

/** What a report is made with. */
export interface ReportOptions {
  /** Of `ou-link`. */
  readonly version: string;
  readonly failOn: readonly FindingClass[];
  /** The rules, and the file that they are in, as a path from the repository's root. */
  readonly rules: { readonly file: string; readonly rules: readonly IgnoreRule[] } | null;
  /** Decides which rules have expired, and nothing else: the same plan gives the same report. */
  readonly now: Date;
}

const plain = safeText(new Set());

/** Takes a plan at a time, so that only one is in memory, and makes a report of all. */
export class ReportBuilder {
  private readonly sources: SourceSummary[] = [];
  private readonly plans: ClassifiedPlan[] = [];

  constructor(private readonly options: ReportOptions) {}

  add({ name, warnings, result }: ReportSource): void {
    const plan = "plan" in result ? result.plan : null;
    const safe = safeText(plan?.sensitiveTexts ?? new Set());
    const error = "error" in result ? result.error : plan?.isErrored === true ? ERRORED : null;
    this.sources.push({
      name: safe(name),
      terraform_version: plan?.terraformVersion ? safe(plan.terraformVersion) : null,
      planned_at: plan?.timestamp ? safe(plan.timestamp) : null,
      has_state: plan?.hasState ?? false,
      first_file: "plan" in result ? printable(result.declarations.firstFile) : null,
      warnings: warnings.map((each) => safe(each)),
      error: error && { message: safe(error.message), fix: safe(error.fix) },
    });
    if ("plan" in result) this.plans.push(classify(result.plan, name, result.declarations, safe));
  }

  build(): DriftReport {
    const { version, failOn, now } = this.options;
    const { file = "", rules = [] } = this.options.rules ?? {};
    const valid = rules.filter((rule) => !isExpired(rule, now));
    const used = new Set<IgnoreRule>();
    const found = this.plans.flatMap(({ findings }) => findings);
    const findings = [
      ...found.map((finding) => {
        const rule = valid.find((each) => matches(each, finding));
        if (rule === undefined) return finding;
        used.add(rule);
        return { ...finding, ignored: { reason: plain(rule.reason), expires: rule.expires } };
      }),
      ...rules.filter((rule) => isExpired(rule, now)).map((rule) => expiredRule(rule, file)),
    ].sort(byImportance);
    const counting = findings.filter(({ ignored }) => ignored === null);
    const counts = Object.fromEntries(
      FINDING_CLASSES.map((each) => [each, counting.filter((finding) => finding.class === each).length]),
    ) as DriftReport["counts"];
    const links = withClasses(this.plans.flatMap((plan) => plan.links).sort(byPlace), counting);
    const sources = [...this.sources].sort((a, b) => compare(a.name, b.name));
    return {
      format_version: "1.0",
      tool: { name: "ou-link", version },
      outcome: outcomeOf(sources, counts, failOn),
      fail_on: [...failOn],
      counts,
      links_in_sync: links.filter(({ classes }) => classes.length === 0).length,
      ignored: findings.length - counting.length,
      sources,
      links,
      findings,
      rules: rules.map((rule) => ruleUse(rule, isExpired(rule, now) ? "expired" : used.has(rule) ? "used" : "unused")),
    };
  }
}

/** What is certain comes first: drift that was found is drift, even if there may be more of it. */
function outcomeOf(
  sources: readonly SourceSummary[],
  counts: DriftReport["counts"],
  failOn: readonly FindingClass[],
): DriftReport["outcome"] {
  if (sources.some(({ error }) => error !== null)) return "error";
  if (failOn.some((each) => counts[each] > 0)) return "drift";
  return counts.incomplete > 0 ? "incomplete" : "none";
}

const ERRORED = {
  message: "Planning ended with an error, so the plan does not tell everything.",
  fix: "Run terraform plan there and see why.",
};

function ruleUse({ address, reason, expires }: IgnoreRule, state: RuleUse["state"]): RuleUse {
  return { address: plain(address), reason: plain(reason), expires, state };
}

function expiredRule({ address, reason, expires, line }: IgnoreRule, file: string): Finding {
  const safe = plain(address);
  return {
    class: "expired-rule",
    source: plain(file),
    address: safe,
    summary: `The rule for ${safe} has expired on ${expires}: ${plain(reason)}`,
    next_action: "Remove the rule, or give it a new date if the reason still holds.",
    changes: [],
    relevant: true,
    location: { file: plain(file), line },
    fingerprint: fingerprint("expired-rule", file, address, expires, reason),
    ignored: null,
  };
}

function withClasses(links: readonly LinkRow[], findings: readonly Finding[]): LinkRow[] {
  const classes = new Map<string, Set<FindingClass>>();
  for (const finding of findings) {
    const key = keyOf(finding);
    classes.set(key, (classes.get(key) ?? new Set()).add(finding.class));
  }
  return links.map((link) => ({ ...link, classes: [...(classes.get(keyOf(link)) ?? [])] }));
}

function byImportance(a: Finding, b: Finding): number {
  return (
    FINDING_CLASSES.indexOf(a.class) - FINDING_CLASSES.indexOf(b.class) ||
    Number(b.relevant) - Number(a.relevant) ||
    byPlace(a, b)
  );
}

function byPlace(a: Pick<Finding, "source" | "address">, b: Pick<Finding, "source" | "address">): number {
  return compare(a.source, b.source) || compare(a.address, b.address);
}

/** Of a fixed language, so that the order is the same on every machine. */
const COLLATOR = new Intl.Collator("en", { numeric: true });

/**
 * Sorts as people count: customer-3 before customer-11. Texts that differ only in signs that nobody sorts by are sorted
 * by code unit.
 */
function compare(a: string, b: string): number {
  return COLLATOR.compare(a, b) || (a < b ? -1 : a > b ? 1 : 0);
}

/** What a link and the findings about it have in common, and no other link has. */
export function keyOf({ source, address }: Pick<Finding, "source" | "address">): string {
  return `${source}\n${address}`;
}

/** What a history keeps of a report. Counts only, so that it can be kept for long and shown to anybody. */
export function historyEntryOf(report: DriftReport, now: Date): HistoryEntry {
  const { outcome, links, links_in_sync: in_sync, counts } = report;
  return { at: now.toISOString(), outcome, links: links.length, in_sync, counts };
}
