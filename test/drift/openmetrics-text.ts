/** A sample as OpenMetrics has it. */
export interface Sample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

// The ABNF of https://prometheus.io/docs/specs/om/open_metrics_spec/#abnf, as far as gauges need it.
const NAME = "[a-zA-Z_:][a-zA-Z0-9_:]*";
const ESCAPED = String.raw`(?:[^\n"\\]|\\["n\\])*`;
const LABEL = `[a-zA-Z_][a-zA-Z0-9_]*="${ESCAPED}"`;
const NUMBER = String.raw`[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?`;
const DESCRIPTOR = new RegExp(
  `^# (?:(TYPE) (${NAME}) (gauge)|(UNIT) (${NAME}) ([a-z_]+)|(HELP) (${NAME}) (${ESCAPED}))$`,
);
const SAMPLE = new RegExp(`^(${NAME})(?:\\{(${LABEL}(?:,${LABEL})*)?\\})? (${NUMBER})$`);

/**
 * Reads gauges in the text of OpenMetrics.
 *
 * @throws where it breaks a rule of the specification
 */
export function readOpenMetrics(text: string): Sample[] {
  if (!text.endsWith("# EOF\n")) throw new Error("It does not end with # EOF and a line feed.");
  const samples: Sample[] = [];
  const families = new Map<string, Set<string>>();
  const seen = new Set<string>();
  let family = "";
  for (const line of text.slice(0, -"# EOF\n".length).split("\n").slice(0, -1)) {
    const descriptor = DESCRIPTOR.exec(line)?.filter((part) => part !== undefined);
    if (descriptor !== undefined) {
      const [, kind = "", name = "", said = ""] = descriptor;
      const told = families.get(name) ?? new Set();
      if (name !== family && families.has(name)) throw new Error(`${name} is in two places.`);
      if (told.has(kind) || told.has("sample")) throw new Error(`${kind} of ${name} is told twice or too late.`);
      if (kind === "UNIT" && !name.endsWith(`_${said}`)) throw new Error(`${name} does not end with its unit.`);
      families.set(name, told.add(kind));
      family = name;
      continue;
    }
    const [, name = "", pairs = "", value = ""] = SAMPLE.exec(line) ?? [];
    if (name !== family) throw new Error(`This is no sample of ${family}: ${line}`);
    families.get(name)?.add("sample");
    const labels: Record<string, string> = {};
    for (const [, label = "", escaped = ""] of pairs.matchAll(/(\w+)="((?:[^"\\]|\\.)*)"/g)) {
      if (label in labels) throw new Error(`${label} is there twice: ${line}`);
      labels[label] = escaped.replace(/\\(.)/g, (_, sign: string) => (sign === "n" ? "\n" : sign));
    }
    const key = JSON.stringify([name, Object.entries(labels).sort()]);
    if (seen.has(key)) throw new Error(`This is measured twice: ${line}`);
    seen.add(key);
    samples.push({ name, labels, value: Number(value) });
  }
  return samples;
}
