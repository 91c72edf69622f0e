import { Deferred_Reason } from "../../../src/plugin/wire/generated/tfplugin6";
import { UNKNOWN } from "../../../src/plugin";
import { memoryProvider } from "./memory-provider";
import { CAPABILITIES, planShelf } from "./memory-shelf-calls";

const config = { name: "later" };

describe("what has to wait", () => {
  it("is put off where the client allows it, with all that is known of it", async () => {
    const capabilities = { ...CAPABILITIES, deferralAllowed: true };
    const { deferred, diagnostics, planned } = await planShelf(await memoryProvider(), { config, capabilities });
    expect(deferred).toEqual({ reason: Deferred_Reason.ABSENT_PREREQ });
    expect(diagnostics).toEqual([]);
    expect(planned).toMatchObject({ name: "later", is_open: UNKNOWN });
  });

  it.each([CAPABILITIES, undefined])("is an error elsewhere, and never a deferral (%j)", async (capabilities) => {
    const { deferred, diagnostics } = await planShelf(await memoryProvider(), { config, capabilities });
    expect(deferred).toBeUndefined();
    expect(diagnostics).toMatchObject([{ summary: "Not yet", detail: "There is no room for it yet." }]);
  });
});
