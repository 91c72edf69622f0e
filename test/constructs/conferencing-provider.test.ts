import { ConferencingProvider } from "../../src/constructs";
import { CONFERENCING_PROVIDER_NAMES } from "../../src/cronofy/conferencing-providers";

describe("ConferencingProvider", () => {
  it("has a constant for every documented name", () => {
    const constants = Object.values(ConferencingProvider) as ConferencingProvider[];
    expect(constants.map(({ name }) => name)).toEqual(CONFERENCING_PROVIDER_NAMES);
  });

  it("takes any other name", () => {
    expect(ConferencingProvider.of("brand_new").name).toBe("brand_new");
  });
});
