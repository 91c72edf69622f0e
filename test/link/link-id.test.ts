import { isServiceAccountId, linkIdText, parseLinkId } from "../../src/link";
import { known } from "../../src/plugin";
import { requireOwnDataCenter } from "../../src/provider/link-id";

describe("the id of a link", () => {
  it.each([
    ["us/ser_1", { dataCenter: "us", serviceAccountId: "ser_1" }],
    ["ser_1", { dataCenter: null, serviceAccountId: "ser_1" }],
    ["", null],
    ["us/", null],
    ["/ser_1", null],
    ["us/nonsense", null],
    ["us/ser_1/more", null],
    ["more/us/ser_1", null],
    ["us/ser_1 ", null],
  ])("%j is read as %j", (text, expected) => {
    expect(parseLinkId(text)).toEqual(expected);
  });

  it("is written as it is read", () => {
    expect(linkIdText({ dataCenter: "us", serviceAccountId: "ser_1" })).toBe("us/ser_1");
  });

  it.each(["acc_1", "ser_", "ser_1\n", "ser-1", "", "x ser_1"])("no service account is called %j", (text) => {
    expect(isServiceAccountId(text)).toBe(false);
  });

  it("has to be of the provider's data center, and both are named where it is not", () => {
    const cronofy = { linkId: () => known("us/ser_1") };
    expect(() => requireOwnDataCenter("us/ser_1", "ser_1", cronofy, ["link_id"])).not.toThrow();
    expect(() => requireOwnDataCenter("uk/ser_1", "ser_1", cronofy, ["link_id"])).toThrow(
      /uk\/ser_1 belongs to the data center "uk", but the provider is configured for "us"/,
    );
  });
});
