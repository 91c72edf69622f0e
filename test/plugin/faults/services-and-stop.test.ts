import { expectTests } from "./held-elsewhere";

describe("faults of other providers without Go: services and stop", () => {
  it("Shutdown ends the process at once without a complaint of Terraform, and the host's services answer", () => {
    expectTests(
      "plugin/server/stop.test.ts",
      "comes at once after Shutdown, with its answer and with open streams, at %s",
      "does not wait for ever for a call that ignores it",
    );
    expectTests(
      "plugin/server/calls.test.ts",
      "report the health of %p",
      "keep the streams of standard output and of the broker open until the end",
    );
    expectTests(
      "plugin/server/under-terraform.test.ts",
      "agree on each other's certificate, part without a complaint and leave nothing",
    );
  });

  it("Ctrl-C in the middle of an apply loses nothing", () => {
    expectTests(
      "plugin/server/stop.test.ts",
      "does not come on SIGINT: a call in flight answers, and later ones are served",
      "does not come on a SIGINT before the handshake",
    );
    expectTests(
      "e2e/interruption.test.ts",
      "ends the run at once, says so, and leaves a state that the next apply completes",
    );
  });

  it("StopProvider aborts what is slow, and a later call is served", () => {
    expectTests("plugin/server/calls.test.ts", "is aborted by StopProvider, and a later one is served to its end");
  });

  it("fifty rounds leave no process and no socket", () => {
    expectTests(
      "plugin/server/rounds.test.ts",
      "leaves no process, socket or folder after fifty providers were started, asked and shut down",
    );
  });

  it("the calls that only some hosts make are answered, or properly unimplemented", () => {
    expectTests(
      "plugin/server/whole-provider.test.ts",
      "answers GetMetadata, GetFunctions and GetResourceIdentitySchemas",
    );
    expectTests(
      "plugin/server/calls.test.ts",
      "to a method that no provider of this layer offers is unimplemented",
      "to a method that this provider has no handler for is unimplemented",
    );
  });

  it("a state of 10 MiB passes both ways", () => {
    expectTests("plugin/server/whole-provider.test.ts", "takes and brings a state of 10 MiB");
    expectTests("plugin/server/calls.test.ts", "takes and brings 10 MiB");
  });

  it("no call relies on the schema having been asked for", () => {
    expectTests(
      "plugin/server/whole-provider.test.ts",
      "validates, upgrades and calls functions before it is configured",
      "plans, applies, reads and imports",
    );
  });
});
