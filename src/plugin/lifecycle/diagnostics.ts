import { DiagnosticError } from "../definition";
import type { Diagnostic } from "../definition";
import { describeUnexpected } from "../log/logger";
import type { Logger } from "../log/logger";
import { pathText, pathToWire } from "../values/path";
import type { Path } from "../values/path";
import { CodecError } from "../values/value";
import { Diagnostic_Severity } from "../wire/generated/tfplugin6";
import type { Diagnostic as WireDiagnostic } from "../wire/generated/tfplugin6";
import type { CallContext } from "../wire/handlers";

/**
 * Answers a call. `work` fills in the response as far as it comes; what it throws becomes a diagnostic beside that, so
 * Terraform keeps what was reached before a failure.
 */
export async function answer<R extends { diagnostics: WireDiagnostic[] }>(
  response: R,
  { log }: CallContext,
  work: (response: R, diagnostics: Diagnostics) => void | Promise<void>,
): Promise<R> {
  const diagnostics = new Diagnostics();
  try {
    await work(response, diagnostics);
  } catch (error) {
    diagnostics.thrown(error, log);
  }
  response.diagnostics = diagnostics.toWire();
  return response;
}

/** The diagnostics of one call, in the order in which they were made. */
export class Diagnostics {
  private readonly made: WireDiagnostic[] = [];

  // These are bound, because they are passed on by themselves, such as `warning` for `call.warn`.
  readonly error = (diagnostic: Diagnostic): void => this.add(Diagnostic_Severity.ERROR, diagnostic);

  readonly warning = (diagnostic: Diagnostic): void => this.add(Diagnostic_Severity.WARNING, diagnostic);

  /**
   * Reports what an operation threw. An error that was not written for people is a mistake of the provider: the log gets
   * it, and Terraform's user reads one sentence. An AggregateError holds several errors.
   */
  thrown(error: unknown, log: Logger): void {
    if (error instanceof DiagnosticError) return this.error(error);
    const several: readonly unknown[] = error instanceof AggregateError ? error.errors : [];
    if (several.length > 0 && several.every((each) => each instanceof DiagnosticError)) {
      return several.forEach((each) => this.error(each));
    }
    log.error("The provider made a mistake", { error: describeUnexpected(error).trace });
    this.error(
      error instanceof CodecError
        ? { summary: "Unexpected value", detail: `${capitalised(error.message)}. This is a bug in the provider.` }
        : {
            summary: "Unexpected failure",
            detail:
              "The provider failed in a way it should not. This is a bug in the provider; TF_LOG=ERROR shows more.",
          },
    );
  }

  toWire(): WireDiagnostic[] {
    return this.made;
  }

  private add(severity: Diagnostic_Severity, { summary, detail, path }: Diagnostic): void {
    if (path === undefined || path.length === 0) {
      this.made.push({ severity, summary, detail, attribute: undefined });
      return;
    }
    // Terraform does not name the attribute, and where its value comes from elsewhere, the line does not show it either.
    const place = pathText(path);
    const isTold = path.length === 1 || detail.includes(place);
    this.made.push({
      severity,
      summary,
      detail: isTold ? detail : `${place}: ${detail}`,
      attribute: pathToWire(pointer(path)),
    });
  }
}

/**
 * The path by which Terraform finds a line: it knows an attribute, and an entry of the object, map or list that is written
 * there. For any other path it shows the whole block.
 */
function pointer([attribute, entry]: Path): Path {
  return [attribute, typeof entry === "string" ? { key: entry } : entry].filter((step) => step !== undefined);
}

/** A diagnostic about the provider's own code, which its users can only report. */
export function providerMistake(what: string): DiagnosticError {
  return new DiagnosticError({ summary: "Mistake in the provider", detail: `${what} This is a bug in the provider.` });
}

function capitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** One function of a provider at work, so that its mistakes can be told by name. */
export interface Operation {
  /** The type whose function it is, such as `memory_note`. */
  readonly typeName: string;
  /** The function, such as `create`. */
  readonly name: string;
}

/** A mistake in a provider's function. `what` goes on after the function's name: `changes title, which …`. */
export function mistakeOf({ typeName, name }: Operation, what: string): DiagnosticError {
  return providerMistake(`The ${name} of ${typeName} ${what}`);
}
