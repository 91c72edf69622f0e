import { randomUUID } from "node:crypto";
import type { LogFields, Logger } from "../log/logger";
import {
  type AttributePath,
  type ClientCapabilities,
  type Diagnostic,
  Diagnostic_Severity,
  type FunctionError,
} from "../wire/generated/tfplugin6";

/** What one call leaves in the log. */
interface CallLog {
  /** For the handler: every record carries the call's own fields. */
  readonly log: Logger;
  /** To be called once, when the answer is there; without one where the call has failed. */
  readonly served: (response?: unknown) => void;
}

/** What requests of the provider service have in common, where they have it. */
interface AnyRequest {
  readonly typeName?: string;
  readonly actionType?: string;
  readonly clientCapabilities?: ClientCapabilities;
}

interface AnyResponse {
  readonly diagnostics?: readonly Diagnostic[];
  /** Of a function, which has no diagnostics. */
  readonly error?: FunctionError;
}

/**
 * Logs that a request has come, and later what became of it. The names of the fields are those of terraform-plugin-go
 * (internal/logging/keys.go), so that the filters of Terraform's users work on any provider.
 *
 * @param rpc the method's name, such as `ReadResource`
 */
export function logCall(provider: Logger, rpc: string, request: unknown): CallLog {
  const { typeName, actionType, clientCapabilities } = request as AnyRequest;
  const started = performance.now();
  const log = provider.with({ tf_rpc: rpc, tf_req_id: randomUUID(), [typeField(rpc)]: typeName ?? actionType });
  log.trace("Received request", capabilityFields(clientCapabilities));
  return {
    log,
    served: (response) => {
      const { diagnostics, error } = (response ?? {}) as AnyResponse;
      for (const diagnostic of diagnostics ?? []) logDiagnostic(log, diagnostic);
      if (error !== undefined) {
        log.error("The function refuses its arguments", {
          function_error_text: error.text,
          function_error_argument: error.functionArgument,
        });
      }
      log.trace("Served request", {
        tf_req_duration_ms: Math.round(performance.now() - started),
        diagnostic_error_count: countOf(diagnostics, Diagnostic_Severity.ERROR),
        diagnostic_warning_count: countOf(diagnostics, Diagnostic_Severity.WARNING),
      });
    },
  };
}

function typeField(rpc: string): string {
  if (rpc.includes("Action")) return "tf_action_type";
  if (rpc.includes("EphemeralResource")) return "tf_ephemeral_resource_type";
  if (rpc === "ReadDataSource" || rpc === "ValidateDataResourceConfig") return "tf_data_source_type";
  return "tf_resource_type";
}

function capabilityFields(capabilities: ClientCapabilities | undefined): LogFields {
  if (capabilities === undefined) return {};
  return {
    tf_client_capability_deferral_allowed: capabilities.deferralAllowed,
    tf_client_capability_write_only_attributes_allowed: capabilities.writeOnlyAttributesAllowed,
    tf_client_capability_store_planned_private: capabilities.storePlannedPrivate,
    tf_client_capability_computed_blocks_allowed: capabilities.computedBlocksAllowed,
  };
}

function logDiagnostic(log: Logger, { severity, summary, detail, attribute }: Diagnostic): void {
  const fields = {
    diagnostic_severity: Diagnostic_Severity[severity],
    diagnostic_summary: summary,
    diagnostic_detail: detail,
    diagnostic_attribute: attribute && attributeText(attribute),
  };
  if (severity === Diagnostic_Severity.ERROR) log.error("The answer has an error", fields);
  else log.warn("The answer has a warning", fields);
}

/** Undefined for an answer that can hold no diagnostics at all. */
function countOf(diagnostics: readonly Diagnostic[] | undefined, severity: Diagnostic_Severity): number | undefined {
  return diagnostics?.filter((each) => each.severity === severity).length;
}

/** The path as terraform-plugin-go writes it: `AttributeName("rules").ElementKeyInt(0)`. */
function attributeText({ steps }: AttributePath): string {
  return steps
    .map(({ selector }) => {
      switch (selector?.$case) {
        case "attributeName":
          return `AttributeName(${JSON.stringify(selector.attributeName)})`;
        case "elementKeyString":
          return `ElementKeyString(${JSON.stringify(selector.elementKeyString)})`;
        case "elementKeyInt":
          return `ElementKeyInt(${selector.elementKeyInt})`;
        default:
          return "";
      }
    })
    .join(".");
}
