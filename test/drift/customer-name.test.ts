import { customerName } from "../../src/drift";

const TYPE = "cronofy_organizational_unit_link";

describe("the name of a customer", () => {
  it.each<[string, Partial<Parameters<typeof customerName>[0]>, string]>([
    ["what keepers say", { index: "acme", keepers: { customer: "Acme & Sons" } }, "Acme & Sons"],
    ["the key, where keepers say nothing", { index: "acme", keepers: { customer: " ", round: "2" } }, "acme"],
    ["the key, where keepers are none", { index: "acme", keepers: ["customer"], constructPath: "a/b" }, "acme"],
    ["the resource's name", { name: "acme" }, "acme"],
    ["the resource's name and number", { name: "acme", index: 0 }, "acme[0]"],
    ["a resource's name without what a CDK adds", { name: "acme_0A1B2C3D" }, "acme"],
    ["a resource's name with what no CDK adds", { name: "acme_0A1B2C3D_x" }, "acme_0A1B2C3D_x"],
    ["the module's, where the resource's says nothing", { address: `module.acme.${TYPE}.this`, name: "this" }, "acme"],
    ["the module's key", { address: `module.customers["acme"].${TYPE}.link`, name: "link" }, "acme"],
    ["a module's key in Terraform's writing", { address: `module.all["a\\"b]"].${TYPE}.main`, name: "main" }, 'a"b]'],
    [
      "a module's key that JSON does not have",
      { address: `module.all["\${x}\\q"].${TYPE}.main`, name: "main" },
      '"${x}\\q"',
    ],
    ["the module's name beside its number", { address: `module.acme[12].${TYPE}.Default`, name: "Default" }, "acme"],
    [
      "the innermost that says something",
      { address: `module.emea["acme"].module.link.${TYPE}.resource`, name: "resource" },
      "acme",
    ],
    ["the resource's own, where nothing says anything", { name: "this" }, "this"],
    ["the construct's", { name: "customers_acme_0A1B2C3D", constructPath: "customers/acme/Default" }, "acme"],
    ["the construct's and its number", { name: "x", index: 3, constructPath: "acme/Resource" }, "acme[3]"],
  ])("is %s", (_, link, expected) => {
    const name = link.name ?? "acme";
    const all = { address: `${TYPE}.${name}`, name, index: null, keepers: null, constructPath: null };
    expect(customerName({ ...all, ...link })).toBe(expected);
  });
});
