import { CodecError } from "../values/codec-error";
import { pathText, pathToWire } from "../values/path";
import type { Path } from "../values/path";
import type { Logger } from "../log/logger";
import { describeUnexpected } from "../log/unexpected-error";
import { Diagnostic_Severity } from "../wire/generated/tfplugin6";
import type { Diagnostic } from "../wire/generated/tfplugin6";

/** Something that the person who runs Terraform must know. */
export interface Finding {
  /** One line: what is wrong. */
  readonly summary: string;
  /** Why, and what to do about it. Never holds a secret. */
  readonly detail: string;
  /** The attribute that it is about, if it is about one. */
  readonly path?: Path;
}

/** Ends an operation with a diagnostic that was written for the person who runs Terraform. */
export class DiagnosticError extends Error implements Finding {
  override readonly name = "DiagnosticError";
  readonly summary: string;
  readonly detail: string;
  readonly path?: Path;

  constructor(finding: Finding, options?: { readonly cause?: unknown }) {
    super(`${finding.summary}: ${finding.detail}`, options);
    this.summary = finding.summary;
    this.detail = finding.detail;
    if (finding.path !== undefined) this.path = finding.path;
  }
}

/** The findings of one call, in the order in which they were made. */
export class Diagnostics {
  private readonly found: Diagnostic[] = [];

  error(finding: Finding): void {
    this.add(Diagnostic_Severity.ERROR, finding);
  }

  warning(finding: Finding): void {
    this.add(Diagnostic_Severity.WARNING, finding);
  }

  /**
   * Takes what an operation threw. What was not written for people is a mistake of the provider: it is logged, and
   * Terraform's user reads one sentence. An AggregateError tells of several things at once.
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

  toWire(): Diagnostic[] {
    return this.found;
  }

  private add(severity: Diagnostic_Severity, { summary, detail, path }: Finding): void {
    if (path === undefined || path.length === 0) {
      this.found.push({ severity, summary, detail, attribute: undefined });
      return;
    }
    // Terraform names no attribute, and where its value comes from elsewhere, no line says which part of it is meant.
    const place = pathText(path);
    const isTold = path.length === 1 || detail.includes(place);
    this.found.push({
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

/** A finding about the provider's own code, which its users can only report. */
export function providerMistake(what: string): DiagnosticError {
  return new DiagnosticError({ summary: "Mistake in the provider", detail: `${what} This is a bug in the provider.` });
}

function capitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
