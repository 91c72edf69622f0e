import { isDeepStrictEqual } from "node:util";
import { DriftInputError, JsonText } from "./json-text";
import { HIDDEN } from "./secret-shapes";
import { masked, sensitiveTexts, sensitiveTextsOfPlan } from "./sensitive-values";
import { isStateFile, readPriorState } from "./state-json";
import type { StateResource } from "./state-json";
import { isLog, isRecord, objectMembers, ownMember, requireFormatVersion } from "./terraform-json";

/** One attribute that a change touches. Holds no secret. */
export interface AttributeChange {
  readonly name: string;
  readonly before: unknown;
  /** What it becomes; undefined where only the apply will tell. */
  readonly after: unknown;
  readonly isSensitive: boolean;
}

/** What happened, or is to happen, to one object. Holds nothing that Terraform's masks hide. */
export interface ResourceChange {
  readonly address: string;
  /** Where the state has it so far, if a `moved` block moves it. */
  readonly previousAddress: string | null;
  /** The key of an object that was to be replaced and is still there. */
  readonly deposed: string | null;
  readonly mode: "managed" | "data";
  readonly type: string;
  readonly name: string;
  /** Its key, where it has `for_each` or `count`. */
  readonly index: string | number | null;
  /** `["no-op"]`, `["create"]`, `["update"]`, `["delete", "create"]`, `["forget"]`, … */
  readonly actions: readonly string[];
  /** Whether an `import` block takes it in. */
  readonly isImport: boolean;
  /** Its values before, with what is sensitive hidden; null where it was not there. */
  readonly before: Readonly<Record<string, unknown>> | null;
  /** Its values after, likewise; null where it is gone. */
  readonly after: Readonly<Record<string, unknown>> | null;
  readonly changes: readonly AttributeChange[];
}

/** A change that has to wait for a later plan. */
export interface DeferredChange {
  readonly change: ResourceChange;
  /** Terraform's name of it, such as `resource_config_unknown`. */
  readonly reason: string;
}

/** What one `check` block came to, or the conditions of a resource, an output or a variable. */
export interface CheckResult {
  readonly address: string;
  /** `check`, or `resource`, `output_value`, `var`. */
  readonly kind: string;
  /** Of the resource; empty for other kinds. */
  readonly type: string;
  readonly name: string;
  readonly status: string;
  /** What it says of what does not hold. */
  readonly problems: readonly string[];
}

/** An attribute that something in the plan depends on. */
export interface RelevantAttribute {
  /** The resource's address, without keys. */
  readonly resource: string;
  readonly attribute: readonly (string | number)[];
}

/** A plan, as far as it is asked about. */
export interface TerraformPlanJson {
  readonly terraformVersion: string | null;
  /** When it was made (RFC 3339); null for a Terraform before 1.5. */
  readonly timestamp: string | null;
  /** What a refresh found that the state did not know. */
  readonly drift: readonly ResourceChange[];
  /** What an apply would do, `no-op` among it. Absent from a plan that only refreshes. */
  readonly changes: readonly ResourceChange[] | null;
  /** What the state holds after the refresh; only for a plan without `changes`, which say it otherwise. */
  readonly state: readonly StateResource[];
  /** Whether a state was there to compare with. */
  readonly hasState: boolean;
  /** Whether HCP Terraform has left out what not everybody may see; it then leaves out whether all was planned, too. */
  readonly isRedacted: boolean;
  readonly relevantAttributes: readonly RelevantAttribute[];
  /** Whether it plans all that is declared; true also where that is not told: by OpenTofu, and Terraform before 1.9. */
  readonly isComplete: boolean;
  /** What an apply cannot do yet. */
  readonly deferred: readonly DeferredChange[];
  /** What `check` blocks and other conditions came to. */
  readonly checks: readonly CheckResult[];
  /** Whether planning ended with an error, so that not everything is told. */
  readonly isErrored: boolean;
  /** The texts that are sensitive anywhere in it. Never to be printed: to compare with before printing. */
  readonly sensitiveTexts: ReadonlySet<string>;
}

/** One of the plans that somebody gave, or why it cannot be read. */
export interface PlanReading {
  /** The folder that it is of, where that is told with it. */
  readonly folder: string | null;
  readonly result: { readonly plan: TerraformPlanJson } | { readonly error: DriftInputError };
}

/**
 * Reads what `terraform show -json` prints of saved plans: one most of the time, and one for each folder from Terragrunt.
 * A plan at a time, so that only one has to be in memory.
 */
export function* readPlans(bytes: Buffer): Generator<PlanReading> {
  try {
    for (const { folder, json } of JsonText.all(bytes)) {
      const reading = readingOf(folder, json);
      yield reading;
      // A log is one thing in many lines: once is enough to say so.
      if ("error" in reading.result && isLog(json)) return;
    }
  } catch (error) {
    if (!(error instanceof DriftInputError)) throw error;
    yield { folder: null, result: { error } };
  }
}

function readingOf(folder: string | null, json: JsonText): PlanReading {
  try {
    return { folder, result: { plan: planOf(json) } };
  } catch (error) {
    if (!(error instanceof DriftInputError)) throw error;
    return { folder, result: { error } };
  }
}

/**
 * Reads one plan.
 *
 * @throws DriftInputError where it is no plan, is cut off, or is of a format that this does not understand
 */
export function readPlan(bytes: Buffer): TerraformPlanJson {
  const [only, another] = readPlans(bytes);
  if (only === undefined || another !== undefined) {
    throw new DriftInputError(
      "There is more than one plan in it.",
      "Give the output of terraform show -json <plan file>.",
    );
  }
  if ("error" in only.result) throw only.result.error;
  return only.result.plan;
}

function planOf(text: JsonText): TerraformPlanJson {
  // All members are passed before any is read, so that a plan that is cut off is never half a report.
  const members = objectMembers(text, "a plan");
  const isRedacted = members.has("plan_format_version");
  if (!isStateFile(members))
    requireFormatVersion(members.get(isRedacted ? "plan_format_version" : "format_version")?.value());
  if (!isRedacted && !members.has("planned_values") && !members.has("resource_changes")) {
    throw new DriftInputError(
      "This is a state and not a plan, so it tells nothing of drift.",
      "Give the output of terraform show -json <plan file>, or let ou-link drift plan by itself.",
    );
  }
  const secrets = new Set<string>();
  sensitiveTextsOfPlan(members, secrets);
  const changes = members.get("resource_changes");
  const prior = members.get("prior_state");
  // Read once more only where nothing else names the links: a state is most of a plan's size.
  const state = changes === undefined && prior?.isObject === true ? readPriorState(prior).resources : [];
  return {
    terraformVersion: textOf(members.get("terraform_version")),
    timestamp: textOf(members.get("timestamp")),
    drift: changesOf(members.get("resource_drift"), secrets),
    changes: changes !== undefined ? changesOf(changes, secrets) : isRedacted ? [] : null,
    state,
    hasState: prior !== undefined || isRedacted,
    isRedacted,
    relevantAttributes: [...(members.get("relevant_attributes")?.elements() ?? [])].flatMap((each) =>
      relevantAttribute(each.value()),
    ),
    isComplete: members.get("complete")?.value() !== false,
    deferred: deferredOf(members.get("deferred_changes"), secrets),
    checks: [...(members.get("checks")?.elements() ?? [])].flatMap((each) => checkResults(each.value())),
    isErrored: members.get("errored")?.value() === true,
    sensitiveTexts: secrets,
  };
}

function textOf(text: JsonText | undefined): string | null {
  const value = text?.value();
  return typeof value === "string" ? value : null;
}

function changesOf(text: JsonText | undefined, secrets: Set<string>): ResourceChange[] {
  if (text === undefined) return [];
  const changes: ResourceChange[] = [];
  for (const element of text.elements()) changes.push(resourceChange(element.value(), secrets));
  return changes;
}

function deferredOf(text: JsonText | undefined, secrets: Set<string>): DeferredChange[] {
  return [...(text?.elements() ?? [])].flatMap((element) => {
    const json = element.value();
    if (!isRecord(json)) return [];
    return [{ change: resourceChange(json["resource_change"], secrets), reason: textOr(json["reason"], "") }];
  });
}

/** One for each instance that a check has, as Terraform lists them; they are not known yet in some plans. */
function checkResults(json: unknown): CheckResult[] {
  if (!isRecord(json) || !isRecord(json["address"])) return [];
  const { address } = json;
  const one = (own: Readonly<Record<string, unknown>>): CheckResult => ({
    address: textOr(isRecord(own["address"]) ? own["address"]["to_display"] : undefined, ""),
    kind: textOr(address["kind"], ""),
    type: textOr(address["type"], ""),
    name: textOr(address["name"], ""),
    status: textOr(own["status"], "unknown"),
    problems: (Array.isArray(own["problems"]) ? (own["problems"] as unknown[]) : []).flatMap((each) =>
      isRecord(each) && typeof each["message"] === "string" ? [each["message"]] : [],
    ),
  });
  const instances = Array.isArray(json["instances"]) ? json["instances"].filter(isRecord) : [];
  return instances.length === 0 ? [one(json)] : instances.map(one);
}

function resourceChange(json: unknown, secrets: Set<string>): ResourceChange {
  if (!isRecord(json) || typeof json["address"] !== "string" || !isRecord(json["change"])) {
    throw new DriftInputError(
      "This plan has a change without an address.",
      "Give the output of terraform show -json <plan file>, as it is.",
    );
  }
  const { address, change, index } = json;
  const { actions, before, after } = change;
  sensitiveTexts(before, change["before_sensitive"], secrets);
  sensitiveTexts(after, change["after_sensitive"], secrets);
  return {
    address,
    previousAddress: textOr(json["previous_address"], null),
    deposed: textOr(json["deposed"], null),
    mode: json["mode"] === "data" ? "data" : "managed",
    type: textOr(json["type"], ""),
    name: textOr(json["name"], ""),
    index: typeof index === "string" || typeof index === "number" ? index : null,
    actions: Array.isArray(actions) ? actions.filter((each): each is string => typeof each === "string") : [],
    isImport: isRecord(change["importing"]),
    before: isRecord(before) ? (masked(before, change["before_sensitive"]) as Record<string, unknown>) : null,
    after: isRecord(after) ? (masked(after, change["after_sensitive"]) as Record<string, unknown>) : null,
    changes: attributeChanges(change),
  };
}

function relevantAttribute(json: unknown): RelevantAttribute[] {
  if (!isRecord(json) || typeof json["resource"] !== "string" || !Array.isArray(json["attribute"])) return [];
  const attribute = json["attribute"].filter(
    (step): step is string | number => typeof step === "string" || typeof step === "number",
  );
  return [{ resource: json["resource"], attribute }];
}

function textOr<Other>(value: unknown, other: Other): string | Other {
  return typeof value === "string" ? value : other;
}

/** Terraform's change representation, as far as it is asked about. */
interface ChangeJson {
  readonly before?: unknown;
  readonly after?: unknown;
  readonly after_unknown?: unknown;
  readonly before_sensitive?: unknown;
  readonly after_sensitive?: unknown;
}

/** The attributes in which a change's two sides differ, by name. */
function attributeChanges(change: ChangeJson): AttributeChange[] {
  const before = isRecord(change.before) ? change.before : {};
  const after = isRecord(change.after) ? change.after : {};
  const unknown = isRecord(change.after_unknown) ? change.after_unknown : {};
  const names = new Set([...Object.keys(before), ...Object.keys(after), ...Object.keys(unknown)]);
  return [...names].sort().flatMap((name): AttributeChange[] => {
    const [was, is] = [ownMember(before, name), ownMember(after, name)];
    const isUnknown = holdsUnknown(ownMember(unknown, name));
    if (!isUnknown && isDeepStrictEqual(was ?? null, is ?? null)) return [];
    const hiddenBefore = masked(was, maskOf(change.before_sensitive, name), name);
    const hiddenAfter = masked(is, maskOf(change.after_sensitive, name), name);
    return [
      {
        name,
        before: hiddenBefore,
        after: isUnknown ? undefined : hiddenAfter,
        isSensitive: hiddenBefore === HIDDEN || hiddenAfter === HIDDEN || maskOf(change.after_sensitive, name) === true,
      },
    ];
  });
}

/** Terraform writes `true` in place of what is not known yet, at any depth. */
function holdsUnknown(unknown: unknown): boolean {
  if (typeof unknown !== "object" || unknown === null) return unknown === true;
  return Object.values(unknown).some(holdsUnknown);
}

function maskOf(mask: unknown, name: string): unknown {
  return isRecord(mask) && Object.hasOwn(mask, name) ? mask[name] : mask === true;
}
