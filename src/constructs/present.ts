/**
 * The same without what is null or undefined, also inside: a field that data leaves empty is absent, and neither undoes what
 * is shared nor a default.
 *
 * @param props what is to be an object. Data from a file may have anything in its place, and what is none has no fields.
 */
export function present<T extends object>(props: T | null | undefined): T {
  const fields = typeof props === "object" ? props : {};
  return Object.fromEntries(
    Object.entries(fields ?? {}).flatMap(([name, value]): [string, unknown][] => {
      const kept: unknown = isData(value) ? present(value) : value;
      const isEmpty = kept === null || kept === undefined || (isData(value) && isHollow(value, kept));
      return isEmpty ? [] : [[name, kept]];
    }),
  ) as T;
}

/** Whether a value is an object as it comes from a file or is written in braces: no list, and of no class. */
export function isData(value: unknown): value is object {
  if (typeof value !== "object" || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

/** An object of which nothing is left says nothing, unlike one that is written without fields. */
function isHollow(given: object, kept: object): boolean {
  return Object.keys(kept).length === 0 && Object.keys(given).length > 0;
}
