import { inspect } from "node:util";
import { Secret } from "../../src/cronofy";

describe("Secret", () => {
  it("shows itself only when asked to", () => {
    const secret = new Secret("hidden");
    expect(secret.reveal()).toBe("hidden");
    const shown = [`${secret.toString()}`, JSON.stringify({ secret }), inspect({ secret }, { showHidden: true })];
    expect(shown).toEqual(["***", '{"secret":"***"}', "{ secret: *** }"]);
  });
});
