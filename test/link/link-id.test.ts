import { isServiceAccountId, linkIdText, parseLinkId } from "../../src/link";
import { UNKNOWN, known } from "../../src/plugin";
import { requireOwnDataCenter } from "../../src/provider/link-id";
import { organizationalUnitLink } from "../../src/provider/organizational-unit-link";

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
    const refused = (id: string | null, what: string, center: string) =>
      expect(() => requireOwnDataCenter(id, "ser_1", cronofy, ["link_id"])).toThrow(
        new Error(
          `Link of another data center: ${what} belongs to the data center "${center}", but the provider is configured for "us". Use a provider ` +
            `configuration with data_center = "${center}" for it (an alias), or destroy it there first.`,
        ),
      );
    refused("uk/ser_1", "uk/ser_1", "uk");
    refused(null, "This link", "");
    expect(() => requireOwnDataCenter("uk/ser_1", "ser_1", { linkId: () => UNKNOWN }, ["link_id"])).not.toThrow();
  });

  it("is what identifies a link, where it is whole", () => {
    const { of } = organizationalUnitLink.definition.identity as { of: (state: never) => unknown };
    const identityOf = (id: string | null) => of({ id } as never);
    expect(identityOf("us/ser_1")).toEqual({ service_account_id: "ser_1", data_center: "us" });
    for (const id of ["ser_1", "junk", null]) expect(identityOf(id)).toBeNull();
  });
});
