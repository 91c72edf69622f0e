import { DiagnosticError } from "../definition";
import type { Call } from "../definition";
import type { Attributes } from "../schema/attribute";
import { parseDuration } from "../schema/duration";
import type { TimedOperation } from "../schema/duration";
import { NULL, attributesOf } from "../values/value";
import type { ObjectPayload } from "../values/value";

/** What ends an operation. */
export type Bounds = Pick<Call, "signal" | "timeout">;

/**
 * Runs an operation under the time-out that the resource's `timeouts` attribute sets, if it has one.
 *
 * @throws DiagnosticError when the time-out or an interruption ended the operation; else what the operation throws.
 */
export async function underDeadline<T>(
  operation: TimedOperation,
  schema: Attributes,
  values: ObjectPayload,
  signal: AbortSignal,
  work: (bounds: Bounds) => Promise<T>,
): Promise<T> {
  const duration = configuredTimeout(operation, schema, values);
  const timeout = duration === undefined ? undefined : parseDuration(duration);
  const deadline = new AbortController();
  const timer = timeout === undefined ? undefined : setTimeout(() => deadline.abort(), timeout);
  try {
    const bounds = timeout === undefined ? { signal } : { signal: AbortSignal.any([signal, deadline.signal]), timeout };
    return await work(bounds);
  } catch (error) {
    if (error instanceof DiagnosticError) throw error;
    if (deadline.signal.aborted) {
      throw new DiagnosticError(
        {
          summary: `Timed out after ${duration ?? ""}`,
          detail: `The ${operation} took longer than timeouts.${operation} allows. What was reached is kept; raise the time-out or try again.`,
          path: ["timeouts", operation],
        },
        { cause: error },
      );
    }
    if (signal.aborted) {
      throw new DiagnosticError(
        {
          summary: "Interrupted",
          detail: `The ${operation} was stopped before it was done. What was reached is kept.`,
        },
        { cause: error },
      );
    }
    throw error;
  } finally {
    clearTimeout(timer);
  }
}

function configuredTimeout(operation: TimedOperation, schema: Attributes, values: ObjectPayload): string | undefined {
  const attribute = schema["timeouts"] as { readonly defaults?: { readonly [name: string]: string } } | undefined;
  if (attribute?.defaults === undefined) return undefined;
  const configured = attributesOf(values["timeouts"] ?? NULL)[operation];
  return configured?.kind === "known" ? (configured.value as string) : attribute.defaults[operation];
}
