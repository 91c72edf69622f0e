import assert from "node:assert/strict";
import { createHandlers, definitionsFor, number, providerFunction, string, types } from "../../../src/plugin";
import type { Attributes } from "../../../src/plugin";
import { TerraformTest } from "../../../src/plugin/testing";
import { fromPlain, toPlain } from "../../../src/plugin/values/plain";
import { typeToJson } from "../../../src/plugin/values/type";
import type { Type } from "../../../src/plugin/values/type";
import type { AnyValue } from "../../../src/plugin/values/value";
import { depth } from "../../depth";
import { PROPERTY_SEED as SEED, Random, STORABLE, randomType, randomValue } from "./random-values";
import { expectedJson, inExpectedOrder, parseMarked, unmarked } from "./terraform-json";
import type { MarkedJson } from "./terraform-json";

const CASES = depth(300, 10_000);
const ATTRIBUTES = 200;
const ADDRESS = "registry.terraform.io/test/values";

jest.setTimeout(120_000);

/** A value with its type. */
interface Case {
  readonly type: Type;
  readonly value: AnyValue;
}

/** Each case has a seed of its own, so that it can be had again without those before it. */
function casesFrom(seed: number, count: number): Case[] {
  return Array.from({ length: count }, (_, index) => {
    const random = new Random(seed + index);
    const type = randomType(random);
    return { type, value: randomValue(random, type, STORABLE) };
  });
}

/** One by one, so that the one that differs is named and the rest is not printed. */
function assertEachIs(actual: readonly MarkedJson[], cases: readonly Case[], seed = SEED): void {
  assert.equal(actual.length, cases.length);
  for (const [index, { type, value }] of cases.entries()) {
    const which = `case ${index} of PROPERTY_SEED=${seed}, of the type ${JSON.stringify(typeToJson(type))}`;
    const given = inExpectedOrder(actual[index] as MarkedJson, type);
    const expected = expectedJson(value, type);
    if (JSON.stringify(given) !== JSON.stringify(expected)) assert.deepEqual(given, expected, which);
  }
}

describe(`${CASES} random types and values through Terraform (PROPERTY_SEED=${SEED})`, () => {
  const cases = casesFrom(SEED, CASES);
  /** All values in one object, which has an attribute for each. */
  const all = types.object(attributesOf("case", cases, { description: "A value." }));
  let taken: unknown;
  let test: TerraformTest;
  let encoded: MarkedJson;

  const allFunction = providerFunction("all", {
    summary: "All values.",
    description: "All values, in one object.",
    parameters: [],
    returns: all,
    run: () => Object.fromEntries(cases.map(({ type, value }, index) => [`case_${index}`, toPlain(value, type)])),
  });
  const takeFunction = providerFunction("take", {
    summary: "Takes a value.",
    description: "Takes a value from Terraform, for the test to look at.",
    parameters: [{ name: "value", type: all, description: "The value." }],
    returns: types.bool,
    run: (value) => {
      taken = value;
      return true;
    },
  });

  beforeAll(async () => {
    test = await TerraformTest.create({
      attached: {
        [ADDRESS]: createHandlers(
          definitionsFor<null>().provider({
            address: ADDRESS,
            version: "0.0.1",
            description: "Values.",
            schema: {},
            configure: () => null,
            resources: [],
            functions: [allFunction, takeFunction],
          }),
        ),
      },
      configuration: `
        terraform {
          required_providers {
            values = { source = "test/values" }
          }
        }
        locals {
          all = provider::values::all()
        }
        output "encoded" {
          value = jsonencode(local.all)
        }
        output "taken" {
          value = provider::values::take(local.all)
        }
      `,
    });
    // One plan, for every evaluation of these expressions takes its time.
    const { plan, stderr } = await test.workspace.plan();
    assert.ok(plan, stderr);
    encoded = parseMarked(plan.output_changes?.["encoded"]?.after as string);
  });
  afterAll(() => test.close());

  const membersOf = (json: MarkedJson) =>
    cases.map((_, index) => (json as { readonly [name: string]: MarkedJson })[`$case_${index}`] ?? null);

  it("are to Terraform what they are here, down to the digits of its JSON", () => {
    assertEachIs(membersOf(encoded), cases);
  });

  it("come back from Terraform as they were", () => {
    assertEachIs(membersOf(expectedJson(fromPlain(taken, all.type), all.type)), cases);
  });
});

describe(`attributes of ${ATTRIBUTES} random types through Terraform (PROPERTY_SEED=${SEED})`, () => {
  const configured = casesFrom(SEED, ATTRIBUTES);
  const computed = casesFrom(SEED + ATTRIBUTES, ATTRIBUTES);
  const schema: Attributes = {
    ...attributesOf("in", configured, { optional: true, description: "Configured." }),
    ...attributesOf("out", computed, { computed: true, useStateForUnknown: true, description: "Computed." }),
  };
  const received: AnyValue[] = [];
  let test: TerraformTest;
  let stored: { readonly [name: string]: MarkedJson };

  beforeAll(async () => {
    const { resource, provider } = definitionsFor<null>();
    const typed = resource("values_typed", {
      description: "An attribute of each type.",
      schema,
      create: (planned) => {
        const values = planned as Readonly<Record<string, unknown>>;
        received.push(...configured.map(({ type }, index) => fromPlain(values[`in_${index}`], type)));
        return Promise.resolve(
          Object.fromEntries(computed.map(({ type, value }, index) => [`out_${index}`, toPlain(value, type)])),
        );
      },
      read: (state) => Promise.resolve(state),
      update: () => Promise.resolve({}),
      delete: () => Promise.resolve(),
    });
    test = await TerraformTest.create({
      attached: {
        [ADDRESS]: createHandlers(
          provider({
            address: ADDRESS,
            version: "0.0.1",
            description: "Values.",
            schema: {},
            configure: () => null,
            resources: [typed],
          }),
        ),
      },
      configuration: {
        "main.tf": `
          terraform {
            required_providers {
              values = { source = "test/values" }
            }
          }
          locals {
            values = jsondecode(file("values.json"))
          }
          resource "values_typed" "all" {
            ${configured.map((_, index) => `in_${index} = local.values[${index}]`).join("\n")}
          }
        `,
        "values.json": unmarked(configured.map(({ type, value }) => expectedJson(value, type))),
      },
    });
    // The plan that must be empty after it says that what was stored is still what was configured.
    await test.apply({ expectActions: { "values_typed.all": "create" } });
    const { stdout } = await test.workspace.run(["show", "-json"]);
    stored = attributesOfState(parseMarked(stdout));
  });
  afterAll(() => test.close());

  it("reach the provider as the configuration has them", () => {
    assertEachIs(
      received.map((each, index) => expectedJson(each, configured[index]?.type as Type)),
      configured,
    );
  });

  it("are stored as the configuration has them", () => {
    assertEachIs(
      configured.map((_, index) => stored[`$in_${index}`] ?? null),
      configured,
    );
  });

  it("are stored as the provider computes them", () => {
    assertEachIs(
      computed.map((_, index) => stored[`$out_${index}`] ?? null),
      computed,
      SEED + ATTRIBUTES,
    );
  });
});

describe("a fraction that another provider sends as a double", () => {
  const DOUBLES_ADDRESS = "registry.terraform.io/test/doubles";
  let test: TerraformTest;

  beforeAll(async () => {
    const { resource, provider } = definitionsFor<null>();
    const tenth = providerFunction("tenth", {
      summary: "A tenth.",
      description: "A tenth.",
      parameters: [],
      returns: types.number,
      run: () => 0.1,
    });
    const same = providerFunction("same", {
      summary: "The same number.",
      description: "Returns its argument.",
      parameters: [{ name: "number", type: types.number, description: "The number." }],
      returns: types.number,
      run: (number) => number,
    });
    const doubled = resource("values_number", {
      description: "A number, and something that may change whenever it does.",
      schema: {
        number: number({ required: true, description: "The number." }),
        revision: string({ computed: true, description: "The revision." }),
      },
      create: () => Promise.resolve({ revision: "1" }),
      read: (state) => Promise.resolve(state),
      update: () => Promise.resolve({ revision: "2" }),
      delete: () => Promise.resolve(),
    });
    const definition = { version: "0.0.1", description: "Numbers.", schema: {}, configure: () => null };
    const asDouble = Buffer.alloc(9, 0xcb);
    asDouble.writeDoubleBE(0.1, 1);
    test = await TerraformTest.create({
      attached: {
        [ADDRESS]: createHandlers(
          provider({ ...definition, address: ADDRESS, resources: [doubled], functions: [same] }),
        ),
        [DOUBLES_ADDRESS]: {
          ...createHandlers(provider({ ...definition, address: DOUBLES_ADDRESS, resources: [], functions: [tenth] })),
          callFunction: () =>
            Promise.resolve({ result: { msgpack: asDouble, json: Buffer.alloc(0) }, error: undefined }),
        },
      },
      configuration: `
        terraform {
          required_providers {
            values  = { source = "test/values" }
            doubles = { source = "test/doubles" }
          }
        }
        resource "values_number" "it" {
          number = provider::doubles::tenth()
        }
        output "same" {
          value = jsonencode(provider::values::same(provider::doubles::tenth()))
        }
        output "is_a_tenth" {
          value = provider::values::same(provider::doubles::tenth()) == 0.1
        }
      `,
    });
  });
  afterAll(() => test.close());

  it("is the decimal that Terraform writes for it, and no change once it is stored", async () => {
    // The state holds decimals: the plan after it compares one with the double, and must be empty.
    await test.apply({ expectActions: { "values_number.it": "create" } });
    const state = await test.state();
    expect(state.outputs).toEqual({ same: "0.1", is_a_tenth: true });
  });
});

function attributesOf(prefix: string, cases: readonly Case[], options: Attributes[string]["options"]): Attributes {
  return Object.fromEntries(cases.map(({ type }, index) => [`${prefix}_${index}`, { type, options }]));
}

/** The attributes of the one resource in what `terraform show -json` prints. */
function attributesOfState(shown: MarkedJson): { readonly [name: string]: MarkedJson } {
  const at = (json: MarkedJson, name: string) => (json as { readonly [name: string]: MarkedJson })[name] ?? null;
  const [resource] = at(at(at(shown, "$values"), "$root_module"), "$resources") as readonly MarkedJson[];
  return at(resource ?? null, "$values") as { readonly [name: string]: MarkedJson };
}
