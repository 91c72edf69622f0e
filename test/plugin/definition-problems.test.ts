import {
  bool,
  createHandlers,
  definitionProblems,
  definitionsFor,
  identityAttribute,
  nested,
  string,
  types,
} from "../../src/plugin";
import type { Attributes, IdentityAttributes, Provider } from "../../src/plugin";
import { createCronofyProvider } from "../../src/provider/provider";
import { memoryDefinition, testContext } from "./lifecycle/memory-provider";

const { provider, dataSource, resource } = definitionsFor<null>();

const FLAWED = {
  address: "registry.terraform.io/test/flawed",
  version: "0.0.1",
  description: "Flawed.",
  schema: {},
  configure: () => null,
};

function providerWith(schema: Attributes): Provider {
  const thing = dataSource("flawed_thing", { description: "A thing.", schema, read: () => Promise.resolve({}) });
  return provider({ ...FLAWED, resources: [], dataSources: [thing] });
}

function providerWithResource(schema: Attributes, identity: IdentityAttributes = {}): Provider {
  const thing = resource("flawed_thing", {
    description: "A thing.",
    schema,
    identity: { attributes: identity, of: () => null },
    create: () => Promise.resolve({}),
    read: () => Promise.resolve(null),
    update: () => Promise.resolve({}),
    delete: () => Promise.resolve(),
  });
  return provider({ ...FLAWED, resources: [thing] });
}

describe("a provider's own mistakes", () => {
  it.each<[string, Attributes, string]>([
    ["a missing description", { a: bool({ optional: true, description: " " }) }, "flawed_thing.a has no description."],
    ["an attribute that nobody sets", { a: bool({ description: "A." }) }, "flawed_thing.a is neither"],
    [
      "a required one that is computed",
      { a: bool({ required: true, computed: true, description: "A." }) },
      "required, and",
    ],
    [
      "a default that cannot be planned",
      { a: string({ optional: true, default: "x", description: "A." }) },
      "a default",
    ],
    ["a reserved name", { count: string({ optional: true, description: "A." }) }, "keeps for itself"],
    ["a name that is none", { "a-b": string({ optional: true, description: "A." }) }, "is not a name"],
    [
      "a secret that is not marked",
      { api_token: string({ computed: true, description: "A." }) },
      "looks like a secret",
    ],
    [
      "the same inside another attribute",
      {
        login: nested(
          { password: string({ optional: true, description: "A." }) },
          { optional: true, description: "A." },
        ),
      },
      "flawed_thing.login.password looks like a secret",
    ],
  ])("%s is named, with every command", async (_, schema, problem) => {
    const flawed = providerWith(schema);
    expect(definitionProblems(flawed)).toEqual([expect.stringContaining(problem)]);
    const { diagnostics } = await createHandlers(flawed).getProviderSchema({}, testContext().context);
    expect(diagnostics).toEqual([expect.objectContaining({ detail: expect.stringContaining(problem) as string })]);
  });

  it.each<[string, Attributes, string]>([
    [
      "a write-only attribute that is computed",
      { a: string({ optional: true, computed: true, writeOnly: true, description: "A." }) },
      "can be neither computed nor compared",
    ],
    [
      "a write-only attribute that needs a new object",
      { a: string({ optional: true, writeOnly: true, requiresReplace: true, description: "A." }) },
      "can be neither computed nor compared",
    ],
    [
      "a stored attribute in a write-only one",
      {
        a: nested(
          { b: string({ optional: true, description: "B." }) },
          { optional: true, writeOnly: true, description: "A." },
        ),
      },
      "flawed_thing.a.b stands in a write-only attribute",
    ],
    [
      "a state to keep where nothing is computed",
      { a: string({ optional: true, useStateForUnknown: true, description: "A." }) },
      "must be computed",
    ],
  ])("%s is named in a resource", (_, schema, problem) => {
    expect(definitionProblems(providerWithResource(schema))).toEqual([expect.stringContaining(problem)]);
  });

  it("include what is write-only where nothing is stored", () => {
    const flawed = providerWith({ a: string({ optional: true, writeOnly: true, description: "A." }) });
    expect(definitionProblems(flawed)).toEqual([expect.stringContaining("only a resource's can be")]);
  });

  it("include identities that Terraform would not take", () => {
    const identity = {
      place: identityAttribute(types.object({ x: types.string }), { requiredForImport: true, description: "P." }),
      name: identityAttribute(types.string, { description: "N." }),
    };
    expect(definitionProblems(providerWithResource({}, identity))).toEqual([
      expect.stringContaining("flawed_thing.identity.place is neither a text"),
      expect.stringContaining("flawed_thing.identity.name must be either required or optional"),
    ]);
  });

  it("are none in the providers here", () => {
    expect(definitionProblems(createCronofyProvider({ env: {} }))).toEqual([]);
    expect(definitionProblems(memoryDefinition({ objects: new Map(), step: () => Promise.resolve() }))).toEqual([]);
  });
});
