import { isDeepStrictEqual } from "node:util";
import type { TerraformChange } from "./terraform-workspace";

/** The longest value that is shown whole. */
const LONGEST_VALUE = 200;

type Parts = Readonly<Record<string, unknown>>;

/**
 * The attributes that a change makes different, one line each: the path, and the value before and after. Of a sensitive
 * attribute only the path.
 *
 * @example ['body: "one" -> "two"', "id: (known after apply), forces replacement", "code: (sensitive value)"]
 */
export function attributeDifferences(change: TerraformChange): string[] {
  const replacing = new Set((change.replace_paths ?? []).map((path) => pathText(path)));
  return differences(
    change.before,
    change.after,
    change.after_unknown,
    change.before_sensitive,
    change.after_sensitive,
    [],
  ).map(({ path, text }) => `${path}: ${text}${replacing.has(path) ? ", forces replacement" : ""}`);
}

interface Difference {
  readonly path: string;
  readonly text: string;
}

function differences(
  before: unknown,
  after: unknown,
  unknown: unknown,
  sensitiveBefore: unknown,
  sensitiveAfter: unknown,
  path: readonly (string | number)[],
): Difference[] {
  const isUnknown = unknown === true;
  if (!isUnknown && !holdsTrue(unknown) && isDeepStrictEqual(before, after)) return [];
  const here = (text: string) => [{ path: pathText(path), text }];
  if (sensitiveBefore === true || sensitiveAfter === true) return here("(sensitive value)");

  const partsBefore = partsOf(before);
  const partsAfter = partsOf(after);
  if (!isUnknown && partsBefore !== undefined && partsAfter !== undefined) {
    const names = new Set([
      ...Object.keys(partsBefore),
      ...Object.keys(partsAfter),
      ...Object.keys(partsOf(unknown) ?? {}),
    ]);
    return [...names].flatMap((name) =>
      differences(
        partsBefore[name],
        partsAfter[name],
        partsOf(unknown)?.[name],
        partsOf(sensitiveBefore)?.[name],
        partsOf(sensitiveAfter)?.[name],
        [...path, Array.isArray(after) ? Number(name) : name],
      ),
    );
  }
  // A whole that came or went may hold something sensitive further down.
  if (holdsTrue(sensitiveBefore) || holdsTrue(sensitiveAfter)) return here("(holds sensitive values)");
  return here(`${valueText(before)} -> ${isUnknown ? "(known after apply)" : valueText(after)}`);
}

/** The parts of an object or list, by name or index. */
function partsOf(value: unknown): Parts | undefined {
  return typeof value === "object" && value !== null ? (value as Parts) : undefined;
}

/** Whether there is a `true` anywhere, which is how Terraform marks parts of a value. */
function holdsTrue(marks: unknown): boolean {
  return marks === true || Object.values(partsOf(marks) ?? {}).some(holdsTrue);
}

function valueText(value: unknown): string {
  const text = JSON.stringify(value ?? null);
  return text.length <= LONGEST_VALUE ? text : `${text.slice(0, LONGEST_VALUE)}…`;
}

/** `labels["one two"]`, `tags[0]`, `author.name`; `value` for the whole of an output. */
function pathText(path: readonly (string | number)[]): string {
  if (path.length === 0) return "value";
  return path
    .map((step, index) => {
      if (typeof step === "string" && /^[\w-]+$/.test(step)) return index === 0 ? step : `.${step}`;
      return `[${JSON.stringify(step)}]`;
    })
    .join("");
}
