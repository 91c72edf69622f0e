import { bool, createHandlers, definitionProblems, definitionsFor, nested, string } from "../../../src/plugin";
import type { Attributes, Provider } from "../../../src/plugin";
import { createCronofyProvider } from "../../../src/provider/provider";
import { memoryDefinition, testContext } from "../lifecycle/memory-provider";

const { provider, dataSource } = definitionsFor<null>();

function providerWith(schema: Attributes): Provider {
  return provider({
    address: "registry.terraform.io/test/flawed",
    version: "0.0.1",
    description: "Flawed.",
    schema: {},
    configure: () => null,
    resources: [],
    dataSources: [dataSource("flawed_thing", { description: "A thing.", schema, read: () => Promise.resolve({}) })],
  });
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

  it("are none in the providers here", () => {
    expect(definitionProblems(createCronofyProvider({ env: {} }))).toEqual([]);
    expect(definitionProblems(memoryDefinition({ objects: new Map(), step: () => Promise.resolve() }))).toEqual([]);
  });
});
