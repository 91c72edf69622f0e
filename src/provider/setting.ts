import { DATA_CENTERS } from "../cronofy";
import { credentialProblem, serviceAddressProblem, signingSecretProblem } from "../link";
import { DiagnosticError, NULL, durationText, known, oneOf, wholeNumber } from "../plugin";
import type { Finding, Problem, Value } from "../plugin";

type Environment = Readonly<Record<string, string | undefined>>;

/** Of each setting of the provider block, the variable that stands in for it, and who judges it wherever it comes from. */
export const SETTINGS = {
  data_center: setting("CRONOFY_DATA_CENTER", oneOf(DATA_CENTERS.map(({ id }) => id))),
  client_id: setting("CRONOFY_CLIENT_ID", credentialProblem),
  client_secret: setting("CRONOFY_CLIENT_SECRET", credentialProblem),
  api_url: setting("CRONOFY_API_URL", serviceAddressProblem),
  app_url: setting("CRONOFY_APP_URL", serviceAddressProblem),
  link_service_url: setting("OU_LINK_SERVICE_URL", serviceAddressProblem),
  link_secret: setting("OU_LINK_SECRET", signingSecretProblem),
  request_timeout: setting("CRONOFY_REQUEST_TIMEOUT", durationText()),
  max_retries: setting("CRONOFY_MAX_RETRIES", wholeNumber(0, 20)),
  requests_per_second: setting("CRONOFY_REQUESTS_PER_SECOND", wholeNumber(1, 100_000)),
  requests_per_minute: setting("CRONOFY_REQUESTS_PER_MINUTE", wholeNumber(1, 100_000)),
  read_back_max_age: setting("CRONOFY_READ_BACK_MAX_AGE", durationText()),
};

function setting<T>(variable: string, validate: (value: T) => Problem | undefined) {
  return { variable, validate, validators: [validate] };
}

/** Reads settings, and gathers what is wrong with them, so that all of it is told at once. */
export class SettingReader {
  private readonly problems: DiagnosticError[] = [];

  constructor(private readonly env: Environment) {}

  /** What the provider block says, or the environment where it says nothing. */
  text(name: keyof typeof SETTINGS, configured: Value<{ toString(): string }>): Value<string> {
    const { variable, validate } = SETTINGS[name];
    const fallback = this.env[variable] || undefined;
    const isFallback = configured.kind === "null" && fallback !== undefined;
    const value = isFallback ? known(fallback) : mapValue(configured, String);
    const problem = value.kind === "known" ? validate(value.value) : undefined;
    if (problem !== undefined) {
      const source = isFallback ? ` The value comes from ${variable} in the environment.` : "";
      this.add({ summary: problem.summary, detail: `${problem.detail}${source}`, path: [name] });
    }
    return value;
  }

  /** A setting that must be somewhere; one that is not known yet is waited for. */
  required(name: keyof typeof SETTINGS, configured: Value<string>): Value<string> {
    const value = this.text(name, configured);
    if (value.kind === "null") {
      this.add({
        summary: `Missing ${name}`,
        detail: `Set ${name} in the provider block, or ${SETTINGS[name].variable} in the environment.`,
        path: [name],
      });
    }
    return value;
  }

  /** What `read` returns; null where that fails with a diagnostic, which is told along. */
  attempt<T>(read: () => Value<T>): Value<T> {
    try {
      return read();
    } catch (error) {
      if (!(error instanceof DiagnosticError)) throw error;
      this.problems.push(error);
      return NULL;
    }
  }

  /** @throws DiagnosticError of what was found wrong, or an AggregateError of all of it. */
  finish(): void {
    if (this.problems.length > 1) throw new AggregateError(this.problems);
    for (const problem of this.problems) throw problem;
  }

  private add(finding: Finding): void {
    this.problems.push(new DiagnosticError(finding));
  }
}

/** A value changed where it is known, and `fallback` where it is null. */
export function mapValue<T, U>(value: Value<T>, change: (value: T) => U, fallback: Value<U> = NULL): Value<U> {
  if (value.kind === "known") return known(change(value.value));
  return value.kind === "null" ? fallback : value;
}
