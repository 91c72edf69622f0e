import { createHash } from "node:crypto";
import { LINK_TYPE, linkSince, linkStatus, parseLinkId } from "../link";
import { customerName } from "./customer-name";
import type { Declaration, DeclarationFinder } from "./declarations";
import { linkFindings, linkNextAction } from "./link-findings";
import type { LinkInPlan } from "./link-findings";
import {
  ALL_OF_THE_PLAN,
  Relevance,
  checkFinding,
  deferral,
  otherConfiguration,
  otherDrift,
  partialPlan,
} from "./plan-findings";
import type { PlanFinding } from "./plan-findings";
import type { AttributeChange, ResourceChange, TerraformPlanJson } from "./plan-json";
import type { Finding, LinkRow, SourceLocation } from "./report-schema";
import { printable } from "./safe-text";
import type { SafeText } from "./safe-text";

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
 * @param safe makes texts of the plan safe
 */
export function classify(
  plan: TerraformPlanJson,
  source: string,
  declarations: DeclarationFinder,
  safe: SafeText,
): ClassifiedPlan {
  const addressText = addressTexts(safe);
  const relevance = new Relevance(plan.relevantAttributes);
  const findings = new Map<string, Finding>();
  const add = (
    change: Pick<ResourceChange, "address" | "type" | "name"> & { deposed?: string | null },
    found: PlanFinding | null,
    relevant: boolean,
  ) => {
    if (found === null) return;
    const { deposed = change.deposed ?? null } = found;
    // What is found about earlier objects of a link stands with the link.
    const address = addressText(change.deposed ? `${change.address} (deposed ${change.deposed})` : change.address);
    const finding: Finding = {
      class: found.class,
      source: safe(source),
      address,
      summary: safe.sentence(found.summary),
      next_action: safe.sentence(found.nextAction),
      changes: found.changes.map((each) => changeText(each, safe)),
      relevant,
      location: placeOf(declarations.find(change)),
      fingerprint: fingerprint(found.class, source, address, ...(deposed === null ? [] : [deposed])),
      ignored: null,
    };
    findings.set(finding.fingerprint, finding);
  };
  const rows = linksOf(plan).flatMap((link) => {
    const declared = { address: link.address, name: link.name, type: LINK_TYPE };
    const found = linkFindings(link);
    for (const each of found) add(declared, each, true);
    // Where only earlier objects are left there is no link to show.
    if ([link.observed, link.change, link.drift, link.deferred].every((each) => each === null)) return [];
    const row = linkRow(link, linkNextAction(link, found), plan, source, safe, declarations.find(declared));
    return [{ ...row, address: addressText(link.address) }];
  });
  for (const change of plan.drift) {
    if (!isLink(change)) add(change, otherDrift(change), relevance.has(change));
  }
  for (const change of plan.changes ?? []) {
    if (!isLink(change)) add(change, otherConfiguration(change), true);
  }
  for (const deferred of plan.deferred) {
    if (!isLink(deferred.change)) add(deferred.change, deferral(deferred), true);
  }
  for (const { problems, ...more } of plan.checks) {
    const check = { ...more, problems: problems.map(safe) };
    add({ ...check, type: check.type === "" ? check.kind : check.type }, checkFinding(check, plan), true);
  }
  add({ address: ALL_OF_THE_PLAN, type: "", name: "" }, partialPlan(plan), true);
  return { findings: [...findings.values()], links: rows };
}

function isLink({ type, mode }: Pick<ResourceChange, "type" | "mode">): boolean {
  return type === LINK_TYPE && mode === "managed";
}

const NOTHING_YET = { drift: null, change: null, deposed: [], deferred: null, observed: null, otherAddress: null };

function linksOf({ drift, changes, deferred, state }: TerraformPlanJson): LinkInPlan[] {
  const links = new Map<string, LinkInPlan>();
  const planned = (changes ?? []).filter(isLink);
  const [made, destroyed] = [addressesOf(planned, "create", "after"), addressesOf(planned, "delete", "before")];
  const linkAt = ({ address, name, index }: Pick<ResourceChange, "address" | "name" | "index">): LinkInPlan =>
    links.get(address) ?? { address, name, index, ...NOTHING_YET };
  const elsewhere = (change: ResourceChange): string | null => {
    const isDestroyed = change.actions.includes("delete");
    const account = accountOf(isDestroyed ? change.before : change.after);
    return (isDestroyed ? made : destroyed).get(account) ?? null;
  };
  for (const resource of state) {
    if (!isLink(resource) || resource.deposed !== null) continue;
    links.set(resource.address, { ...linkAt(resource), observed: resource.values });
  }
  for (const change of planned) {
    const link = linkAt(change);
    links.set(
      change.address,
      change.deposed === null
        ? { ...link, change, observed: change.before, otherAddress: elsewhere(change) }
        : { ...link, deposed: [...link.deposed, change] },
    );
  }
  for (const each of deferred) {
    const { change } = each;
    if (!isLink(change)) continue;
    const link = linkAt(change);
    links.set(change.address, { ...link, deferred: each, observed: link.observed ?? change.before });
  }
  for (const change of drift) {
    if (!isLink(change) || change.deposed !== null) continue;
    links.set(change.address, { ...linkAt(change), drift: change, observed: change.after });
  }
  return [...links.values()];
}

/** Service account → the address at which an apply does this with its link. */
function addressesOf(
  changes: readonly ResourceChange[],
  action: "create" | "delete",
  side: "before" | "after",
): ReadonlyMap<string | null, string> {
  const addresses = new Map<string | null, string>();
  for (const change of changes) {
    const account = accountOf(change[side]);
    if (account === null || change.deposed !== null || !change.actions.includes(action)) continue;
    addresses.set(account, change.address);
  }
  return addresses;
}

function accountOf(values: Readonly<Record<string, unknown>> | null): string | null {
  const account = values?.["service_account_id"];
  return typeof account === "string" ? account : null;
}

function linkRow(
  { address, name, index, observed, change, deferred }: LinkInPlan,
  nextAction: string,
  plan: TerraformPlanJson,
  source: string,
  safe: SafeText,
  declaration: Declaration | null,
): Omit<LinkRow, "address"> {
  const values = observed ?? change?.after ?? deferred?.change.after ?? {};
  const text = (attribute: string) => (typeof values[attribute] === "string" ? values[attribute] : null);
  const [awaitedSince, linkedAt] = [text("awaited_since"), text("linked_at")];
  const since =
    observed === null
      ? null
      : linkSince({ status: linkStatus(text("status")), awaited_since: awaitedSince, linked_at: linkedAt });
  const age = (Date.parse(plan.timestamp ?? "") - Date.parse(since ?? "")) / 1000;
  const constructPath = declaration?.constructPath ?? null;
  return {
    source: safe(source),
    customer: safe(customerName({ address, name, index, keepers: values["keepers"], constructPath })),
    service_account_id: safe(text("service_account_id") ?? "(known after apply)"),
    data_center: safe(parseLinkId(text("id") ?? "")?.dataCenter ?? ""),
    status: safe(observed === null ? "not created" : (text("status") ?? "unknown")),
    classes: [],
    since: since === null ? null : safe(since),
    age_seconds: Number.isFinite(age) ? Math.max(0, Math.round(age)) : null,
    awaited_since: observed === null || awaitedSince === null ? null : safe(awaitedSince),
    next_action: safe.sentence(nextAction),
    location: placeOf(declaration),
  };
}

/** Makes addresses safe. Two stay two, also where they differ only in what is hidden or cut off. */
function addressTexts(safe: SafeText): (address: string) => string {
  const texts = new Map<string, string>();
  const alike = new Map<string, number>();
  return (address) => {
    const known = texts.get(address);
    if (known !== undefined) return known;
    const text = safe(address);
    const count = (alike.get(text) ?? 0) + 1;
    alike.set(text, count);
    const own = count === 1 ? text : `${text} (${count})`;
    texts.set(address, own);
    return own;
  };
}

/** Where something is declared. Names of files may hold whatever a terminal obeys. */
function placeOf(declaration: Declaration | null): SourceLocation | null {
  const location = declaration?.location ?? null;
  return location && { ...location, file: printable(location.file) };
}

function changeText({ name, before, after, isSensitive }: AttributeChange, safe: SafeText): Finding["changes"][number] {
  return {
    attribute: safe.sentence(name),
    before: safe(before),
    after: after === undefined ? `(known after apply${isSensitive ? ", sensitive" : ""})` : safe(after),
  };
}

/** Names a finding by what it is about, and not by when it was found. */
export function fingerprint(...parts: readonly string[]): string {
  return createHash("sha256").update(JSON.stringify(parts)).digest("hex").slice(0, 32);
}
