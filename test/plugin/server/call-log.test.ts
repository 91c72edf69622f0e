import { createJsonLogger } from "../../../src/plugin/log/json-logger";
import type { LogLevel } from "../../../src/plugin/log/logger";
import { logCall } from "../../../src/plugin/server/call-log";
import {
  ApplyResourceChange_Response,
  CallFunction_Response,
  ClientCapabilities,
  type Diagnostic,
  Diagnostic_Severity,
  PlanResourceChange_Request,
} from "../../../src/plugin/wire/generated/tfplugin6";

/** The records of one call. */
function recordsOf(rpc: string, request: unknown, response?: unknown, level: LogLevel = "trace", secret = "") {
  const lines: string[] = [];
  const log = createJsonLogger({ level, module: "trial", sink: (line) => lines.push(line) });
  log.redact(secret);
  logCall(log, rpc, request).served(response);
  return lines.map((line) => JSON.parse(line) as Record<string, string>);
}

const ERROR: Diagnostic = {
  severity: Diagnostic_Severity.ERROR,
  summary: "Bad rule",
  detail: "The key hunter2-hunter2 is no rule.",
  attribute: {
    steps: [
      { selector: { $case: "attributeName", attributeName: "rules" } },
      { selector: { $case: "elementKeyInt", elementKeyInt: 2 } },
      { selector: { $case: "elementKeyString", elementKeyString: "a b" } },
    ],
  },
};
const WARNING: Diagnostic = {
  severity: Diagnostic_Severity.WARNING,
  summary: "Old",
  detail: "Renew it.",
  attribute: undefined,
};

describe("the log of a call", () => {
  it.each([
    ["ValidateResourceConfig", "tf_resource_type"],
    ["ApplyResourceChange", "tf_resource_type"],
    ["ImportResourceState", "tf_resource_type"],
    ["ValidateDataResourceConfig", "tf_data_source_type"],
    ["ReadDataSource", "tf_data_source_type"],
    ["ValidateEphemeralResourceConfig", "tf_ephemeral_resource_type"],
    ["OpenEphemeralResource", "tf_ephemeral_resource_type"],
    ["CloseEphemeralResource", "tf_ephemeral_resource_type"],
  ])("names what %s is about, as %s", (rpc, field) => {
    const records = recordsOf(rpc, { typeName: "trial_note" });
    expect(records).toHaveLength(2);
    for (const record of records) {
      expect(record).toMatchObject({ tf_rpc: rpc, [field]: "trial_note" });
      expect(Object.keys(record).filter((name) => /^tf_.*_type$/.test(name))).toEqual([field]);
    }
  });

  it("names no type where the call is about none", () => {
    expect(Object.keys(recordsOf("GetProviderSchema", {})[0] ?? {}).join()).not.toMatch(/_type/);
  });

  it("tells what Terraform is capable of, where it says so", () => {
    const clientCapabilities = ClientCapabilities.fromPartial({ writeOnlyAttributesAllowed: true });
    const request = PlanResourceChange_Request.fromPartial({ typeName: "trial_note", clientCapabilities });
    expect(recordsOf("PlanResourceChange", request)[0]).toMatchObject({
      "@message": "Received request",
      tf_client_capability_write_only_attributes_allowed: "true",
      tf_client_capability_deferral_allowed: "false",
      tf_client_capability_store_planned_private: "false",
      tf_client_capability_computed_blocks_allowed: "false",
    });
    const silent = recordsOf("PlanResourceChange", PlanResourceChange_Request.fromPartial({}));
    expect(JSON.stringify(silent)).not.toContain("tf_client_capability");
  });

  it("has each diagnostic at its level, and their number at the end", () => {
    const response = ApplyResourceChange_Response.fromPartial({ diagnostics: [WARNING, ERROR, WARNING] });
    const [, first, second, third, served] = recordsOf("ApplyResourceChange", { typeName: "trial_note" }, response);
    expect(first).toMatchObject({
      "@level": "warn",
      diagnostic_severity: "WARNING",
      diagnostic_summary: "Old",
      diagnostic_detail: "Renew it.",
      tf_rpc: "ApplyResourceChange",
      tf_resource_type: "trial_note",
    });
    expect(first).not.toHaveProperty("diagnostic_attribute");
    expect(second).toMatchObject({
      "@level": "error",
      diagnostic_severity: "ERROR",
      diagnostic_summary: "Bad rule",
      diagnostic_attribute: 'AttributeName("rules").ElementKeyInt(2).ElementKeyString("a b")',
    });
    expect(third).toMatchObject({ "@level": "warn" });
    expect(served).toMatchObject({
      "@message": "Served request",
      diagnostic_error_count: "1",
      diagnostic_warning_count: "2",
    });
  });

  it("counts none where there are none", () => {
    const [, served] = recordsOf("ApplyResourceChange", {}, ApplyResourceChange_Response.fromPartial({}));
    expect(served).toMatchObject({ diagnostic_error_count: "0", diagnostic_warning_count: "0" });
  });

  it("has the errors alone for those who ask for no more", () => {
    const response = ApplyResourceChange_Response.fromPartial({ diagnostics: [WARNING, ERROR] });
    expect(recordsOf("ApplyResourceChange", {}, response, "error")).toEqual([
      expect.objectContaining({ diagnostic_summary: "Bad rule" }),
    ]);
  });

  it("masks a secret in a diagnostic", () => {
    const response = ApplyResourceChange_Response.fromPartial({ diagnostics: [ERROR] });
    const [record] = recordsOf("ApplyResourceChange", {}, response, "error", "hunter2-hunter2");
    expect(record?.["diagnostic_detail"]).toBe("The key *** is no rule.");
  });

  it("tells why a function refused, and which argument", () => {
    const error = { text: "The separator is empty.", functionArgument: 0 };
    const [, record, served] = recordsOf("CallFunction", {}, CallFunction_Response.fromPartial({ error }));
    expect(record).toMatchObject({
      "@level": "error",
      function_error_text: "The separator is empty.",
      function_error_argument: "0",
    });
    expect(served).not.toHaveProperty("diagnostic_error_count");
  });

  it("ends also for a call that has failed", () => {
    const [, served] = recordsOf("ReadResource", { typeName: "trial_note" }, undefined);
    expect(served).toMatchObject({ "@message": "Served request", tf_rpc: "ReadResource" });
  });
});
