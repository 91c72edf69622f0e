import { isDeepStrictEqual } from "node:util";
import { HIDDEN } from "./secret-shapes";
import { isRecord, masked, ownMember } from "./sensitive-values";

/** One attribute that a change touches. Holds no secret. */
export interface AttributeChange {
  readonly name: string;
  readonly before: unknown;
  /** What it becomes; undefined where only the apply will tell. */
  readonly after: unknown;
  readonly isSensitive: boolean;
}

/** Terraform's change representation, as far as it is asked about. */
export interface ChangeJson {
  readonly before?: unknown;
  readonly after?: unknown;
  readonly after_unknown?: unknown;
  readonly before_sensitive?: unknown;
  readonly after_sensitive?: unknown;
}

/** The attributes in which a change's two sides differ, by name. */
export function attributeChanges(change: ChangeJson): AttributeChange[] {
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
