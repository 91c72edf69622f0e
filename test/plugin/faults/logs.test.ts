import { expectTests } from "./held-elsewhere";

describe("faults of other providers without Go: logs", () => {
  it("records are read by Terraform with their level and time, and the levels that people set are kept to", () => {
    expectTests(
      "plugin/log/json-logger.test.ts",
      "writes a record as Terraform reads it",
      "keeps its own keys whatever the fields are called",
      "is read from %j as %s",
    );
    expectTests(
      "plugin/server/under-terraform.test.ts",
      "write one log, in which each record keeps its level, its fields and its time",
    );
  });

  it("no secret is in any output, with TF_LOG=TRACE", () => {
    expectTests("plugin/server/calls.test.ts", "logs no secret that was registered");
    expectTests("plugin/server/call-log.test.ts", "masks a secret in a diagnostic");
    expectTests("e2e/main-job.test.ts", "says nothing secret in any of its output, with TF_LOG=TRACE");
  });
});
