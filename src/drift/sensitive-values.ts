import { HIDDEN, isSecretName } from "./secret-shapes";

/** A text shorter than this is found by chance in places that have nothing to do with a secret. */
const SHORTEST_SECRET = 8;

/**
 * Whether all of a value is sensitive, by Terraform's mask, which has the value's shape with `true` at what is secret:
 * https://developer.hashicorp.com/terraform/internals/json-format#change-representation
 */
function isMasked(mask: unknown): boolean {
  return mask === true;
}

/** A value with every sensitive part of it hidden: by the mask, and by names that hold secrets. */
export function masked(value: unknown, mask: unknown, name = ""): unknown {
  if (value === null || value === undefined) return value ?? null;
  if (isMasked(mask) || (isSecretName(name) && typeof value === "string" && value !== "")) return HIDDEN;
  if (Array.isArray(value)) {
    const masks: readonly unknown[] = Array.isArray(mask) ? mask : [];
    return value.map((each: unknown, index) => masked(each, masks[index], name));
  }
  if (typeof value !== "object") return value;
  const masks = isRecord(mask) ? mask : {};
  return Object.fromEntries(
    Object.entries(value).map(([key, each]) => [key, masked(each, ownMember(masks, key), key)]),
  );
}

/** The texts that a mask hides, so that they can be hidden also where no mask points to. */
export function sensitiveTexts(value: unknown, mask: unknown, found: Set<string>, name = ""): void {
  if (typeof value === "string") {
    if ((isMasked(mask) || isSecretName(name)) && value.length >= SHORTEST_SECRET) found.add(value);
    return;
  }
  if (typeof value !== "object" || value === null) return;
  for (const [key, each] of Object.entries(value)) {
    const part = isMasked(mask) ? true : typeof mask === "object" && mask !== null ? ownMember(mask, key) : undefined;
    sensitiveTexts(each, part, found, Array.isArray(value) ? name : key);
  }
}

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** A member of an object of Terraform's, which may have any name, also that of what every object inherits. */
export function ownMember(object: object, key: string): unknown {
  return Object.hasOwn(object, key) ? (object as Record<string, unknown>)[key] : undefined;
}
