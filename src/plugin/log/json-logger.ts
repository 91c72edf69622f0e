import { LOG_LEVELS, type LogFields, type Logger, type LogLevel } from "./logger";
import { Redaction } from "./redaction";

interface JsonLoggerOptions {
  /** The least important level that is written; with `off` nothing is. */
  readonly level: LogLevel | "off";
  /** Names the source of the records, as the filters of Terraform's users know it. */
  readonly module: string;
  /** @default the system's clock */
  readonly now?: () => Date;
  /** Takes one record, a line without its end. @default writes to stderr */
  readonly sink?: (line: string) => void;
}

/** Terraform takes a line of more than 64 KiB apart and logs the pieces as plain text; a dozen cut values fit. */
const LONGEST_VALUE = 4096;

/** A log of JSON lines in the form of hashicorp/go-hclog, which Terraform reads from a provider's stderr. */
export function createJsonLogger(options: JsonLoggerOptions): Logger {
  const { level, module, now = () => new Date(), sink = stderrSink() } = options;
  const redaction = new Redaction();
  const lowest = level === "off" ? LOG_LEVELS.length : LOG_LEVELS.indexOf(level);

  function write(level: LogLevel, message: string, fields: LogFields): void {
    const texts: Record<string, string> = {};
    for (const [name, value] of Object.entries(fields)) {
      if (value !== undefined) texts[redaction.hide(name)] = toText(value);
    }
    // Terraform panics when one of these is not text, and loses the level when one is replaced: so they come last.
    texts["@level"] = level;
    texts["@message"] = toText(message);
    texts["@module"] = module;
    texts["@timestamp"] = timestamp(now());
    sink(JSON.stringify(texts));
  }

  function toText(value: string | number | boolean): string {
    // Hidden before it is cut: half a secret would not be found.
    const text = redaction.hide(String(value));
    return text.length > LONGEST_VALUE ? `${text.slice(0, LONGEST_VALUE)}… (${text.length} characters)` : text;
  }

  function withFields(base: LogFields): Logger {
    const at =
      (level: LogLevel) =>
      (message: string, fields?: LogFields): void => {
        if (LOG_LEVELS.indexOf(level) >= lowest) write(level, message, { ...base, ...fields });
      };
    return {
      trace: at("trace"),
      debug: at("debug"),
      info: at("info"),
      warn: at("warn"),
      error: at("error"),
      with: (fields) => withFields({ ...base, ...fields }),
      redact: (secret) => {
        // Where nothing is written there is nothing to hide.
        if (level !== "off") redaction.add(secret);
      },
    };
  }

  return withFields({});
}

/** Terraform reads exactly six digits of a second's fraction, where JavaScript writes three. */
function timestamp(date: Date): string {
  return date.toISOString().replace("Z", "000Z");
}

function stderrSink(): (line: string) => void {
  let guarded = false;
  return (line) => {
    if (!guarded) {
      guarded = true;
      // Terraform may be gone. A log that nobody reads must not end the work that it tells of.
      process.stderr.on("error", () => {});
    }
    process.stderr.write(`${line}\n`);
  };
}
