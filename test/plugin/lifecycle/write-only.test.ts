import { memoryProvider } from "./memory-provider";
import { CAPABILITIES, applyShelf, planShelf, shelfWire } from "./memory-shelf-calls";

const SECRET = "correct horse";
const CONFIG = { name: "a", password: SECRET, owner: { email: "ada@example.com", pin: SECRET } };

describe("write-only attributes", () => {
  it("reach create from the configuration, and neither plan nor state", async () => {
    const provider = await memoryProvider();
    const { plannedState } = await planShelf(provider, { config: CONFIG });
    const { state, newState, diagnostics } = await applyShelf(provider, { config: CONFIG });
    expect(diagnostics).toEqual([]);
    expect(state).toMatchObject({ password: null, is_open: true, owner: { pin: null } });
    for (const value of [plannedState, newState]) expect(value?.msgpack.includes(SECRET)).toBe(false);
  });

  it("change nothing by themselves", async () => {
    const provider = await memoryProvider();
    const { state } = await applyShelf(provider, { config: CONFIG });
    const config = { ...CONFIG, password: "another" };
    const proposed = { ...state, password: "another" };
    const { planned, diagnostics } = await planShelf(provider, { prior: state, config, proposed });
    expect(diagnostics).toEqual([]);
    expect(planned).toEqual(state);
  });

  it.each([undefined, { ...CAPABILITIES, writeOnlyAttributesAllowed: false }])(
    "are refused, each where it stands, for a client that would store them (%j)",
    async (clientCapabilities) => {
      const { handlers, context } = await memoryProvider();
      const { diagnostics } = await handlers.validateResourceConfig(
        { typeName: "memory_shelf", config: shelfWire(CONFIG), clientCapabilities },
        context,
      );
      expect(diagnostics.map(({ attribute }) => attribute?.steps.length)).toEqual([1, 2]);
      expect(diagnostics[0]?.detail).toContain("password is write-only");
      expect(JSON.stringify(diagnostics)).not.toContain(SECRET);
    },
  );

  it("are accepted where they are left out, also by an old client", async () => {
    const { handlers, context } = await memoryProvider();
    const config = shelfWire({ name: "a" });
    const request = { typeName: "memory_shelf", config, clientCapabilities: undefined };
    expect((await handlers.validateResourceConfig(request, context)).diagnostics).toEqual([]);
  });
});
