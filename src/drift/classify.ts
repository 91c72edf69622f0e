import { createHash } from "node:crypto";
import type { AttributeChange } from "./attribute-change";
import { LINK_TYPE, linkFindings } from "./link-change";
import type { LinkFinding, LinkInPlan } from "./link-change";
import { Relevance, otherConfiguration, otherDrift } from "./other-change";
import type { ResourceChange, TerraformPlanJson } from "./plan-json";
import type { Finding, LinkRow } from "./report-schema";
import { safeText } from "./safe-text";
import type { SafeText } from "./safe-text";
import type { Declaration, DeclarationFinder } from "./declarations";

/** What one plan says, ready to be printed: every text in it is safe. */
export interface ClassifiedPlan {
  readonly findings: readonly Finding[];
  /** All links of the plan; their classes are filled in once the rules are known. */
  readonly links: readonly LinkRow[];
}

/**
 * Classifies every change in a plan.
 *
 * @param source the name of the folder or file that the plan is of
 * @param declarations finds where resources are declared
 */
export function classify(plan: TerraformPlanJson, source: string, declarations: DeclarationFinder): ClassifiedPlan {
  const safe = safeText(plan.sensitiveTexts);
  const relevance = new Relevance(plan.relevantAttributes);
  const findings = new Map<string, Finding>();
  const add = (
    change: Pick<ResourceChange, "address" | "type" | "name"> & { deposed?: string | null },
    found: LinkFinding | null,
    relevant: boolean,
  ) => {
    if (found === null) return;
    const address = safe(change.deposed ? `${change.address} (deposed ${change.deposed})` : change.address);
    const finding: Finding = {
      class: found.class,
      source: safe(source),
      address,
      summary: safe(found.summary),
      next_action: safe(found.nextAction),
      changes: found.changes.map((each) => changeText(each, safe)),
      relevant,
      location: declarations.find(change)?.location ?? null,
      fingerprint: fingerprint(found.class, source, address),
      ignored: null,
    };
    findings.set(finding.fingerprint, finding);
  };
  const links = linksOf(plan);
  const rows = links.map((link) => {
    for (const found of linkFindings(link)) add({ ...link, type: LINK_TYPE }, found, true);
    return linkRow(link, plan, source, safe, declarations.find({ ...link, type: LINK_TYPE }));
  });
  for (const change of plan.drift) {
    if (!isLink(change)) add(change, otherDrift(change), relevance.has(change));
  }
  for (const change of plan.changes ?? []) {
    if (!isLink(change)) add(change, otherConfiguration(change), true);
  }
  return { findings: [...findings.values()], links: rows };
}

function isLink({ type, mode, deposed }: ResourceChange): boolean {
  return type === LINK_TYPE && mode === "managed" && deposed === null;
}

function linksOf({ drift, changes, state }: TerraformPlanJson): LinkInPlan[] {
  const links = new Map<string, LinkInPlan>();
  for (const { address, type, mode, name, index, values } of state) {
    if (type !== LINK_TYPE || mode !== "managed") continue;
    links.set(address, { address, name, index, drift: null, change: null, observed: values });
  }
  for (const change of (changes ?? []).filter(isLink)) {
    const { address, name, index, before } = change;
    links.set(address, { address, name, index, drift: null, change, observed: before });
  }
  for (const change of drift.filter(isLink)) {
    const { address, name, index, after } = change;
    const known = links.get(address) ?? { address, name, index, change: null };
    links.set(address, { ...known, drift: change, observed: after });
  }
  return [...links.values()];
}

function linkRow(
  { address, name, index, observed, change }: LinkInPlan,
  plan: TerraformPlanJson,
  source: string,
  safe: SafeText,
  declaration: Declaration | null,
): LinkRow {
  const values = observed ?? change?.after ?? {};
  const text = (attribute: string) => (typeof values[attribute] === "string" ? values[attribute] : null);
  const status = observed === null ? "not created" : (text("status") ?? "unknown");
  const wasLinked = status === "linked" || status === "unlinked";
  const since =
    observed === null ? null : ((wasLinked ? text("linked_at") : null) ?? text("minted_at") ?? text("linked_at"));
  const age = since === null || plan.timestamp === null ? NaN : (Date.parse(plan.timestamp) - Date.parse(since)) / 1000;
  const keepers = values["keepers"] as Readonly<Record<string, unknown>> | null | undefined;
  const customer =
    keepers?.["customer"] ??
    (typeof index === "string" ? index : (declaration?.constructPath ?? withIndex(name, index)));
  return {
    source: safe(source),
    address: safe(address),
    customer: safe(customer),
    service_account_id: safe(text("service_account_id") ?? "(known after apply)"),
    data_center: safe(text("id")?.split("/")[0] ?? ""),
    status: safe(status),
    classes: [],
    since: since === null ? null : safe(since),
    age_seconds: Number.isFinite(age) ? Math.max(0, Math.round(age)) : null,
    next_action: safe(observed === null ? "Review the plan and apply it." : (text("next_action") ?? "")),
    location: declaration?.location ?? null,
  };
}

function withIndex(name: string, index: number | string | null): string {
  return index === null ? name : `${name}[${index}]`;
}

function changeText({ name, before, after, isSensitive }: AttributeChange, safe: SafeText): Finding["changes"][number] {
  return {
    attribute: safe(name),
    before: safe(before),
    after: after === undefined ? `(known after apply${isSensitive ? ", sensitive" : ""})` : safe(after),
  };
}

/** Names a finding by what it is about, and not by when it was found. */
export function fingerprint(...parts: readonly string[]): string {
  return createHash("sha256").update(JSON.stringify(parts)).digest("hex").slice(0, 32);
}
