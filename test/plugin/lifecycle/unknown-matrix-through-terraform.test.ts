import { TerraformTest } from "../../../src/plugin/testing";
import type { PlannedAction, PlannedActions, State } from "../../../src/plugin/testing";
import { MATRIX_ADDRESS, matrixProvider, typeNameOf } from "./matrix-provider";
import type { Role } from "./matrix-provider";
import { SUBJECTS } from "./matrix-subjects";

jest.setTimeout(120_000);

const ROLES_TO_CONFIGURE: readonly Role[] = ["optional", "optional_computed", "kept"];

/** An expression, and what it comes to. */
interface Partly {
  readonly expression: string;
  readonly outcome: unknown;
}

/** Two values of each type, in which a configuration may write JSON, and one that is not known in some part. */
const VALUES: Readonly<Record<string, { readonly one: unknown; readonly other: unknown; readonly partly: Partly }>> = {
  string: {
    one: "prefix-one",
    other: "prefix-other",
    partly: { expression: '"prefix-${local.later}"', outcome: "prefix-later" },
  },
  number: { one: 1, other: 2.5, partly: { expression: "length(local.later)", outcome: 5 } },
  bool: { one: true, other: false, partly: { expression: 'local.later == "later"', outcome: true } },
  list: { one: ["a", null], other: ["b"], partly: { expression: '["a", local.later]', outcome: ["a", "later"] } },
  set: {
    one: ["a"],
    other: ["a", "b"],
    // Two that are not known, and turn out the same.
    partly: { expression: '["a", local.later, local.also_later]', outcome: ["a", "later"] },
  },
  map: {
    one: { a: 1, ["__proto__"]: null },
    other: { b: 2 },
    partly: { expression: "{ a = length(local.later), b = 2 }", outcome: { a: 5, b: 2 } },
  },
  object: {
    one: { a: "a", b: [true] },
    other: { a: "b", b: [false] },
    partly: {
      expression: '{ a = local.later, b = [local.later == "later"] }',
      outcome: { a: "later", b: [true] },
    },
  },
  nested_single: {
    one: { given: "a" },
    other: { given: "b" },
    partly: { expression: "{ given = local.later }", outcome: { given: "later" } },
  },
  nested_list: {
    one: [{ given: "a" }],
    other: [{ given: "b" }, { given: null }],
    partly: {
      expression: '[local.later_object, { given = local.later }, { given = "b" }]',
      outcome: [{ given: "later" }, { given: "later" }, { given: "b" }],
    },
  },
};

function valuesOf(name: string) {
  const values = VALUES[name];
  if (values === undefined) throw new Error(`no values for ${name}`);
  return values;
}

/** What a configuration gives to the attribute. */
type Given = "known" | "null" | "unknown" | "refined" | "partly";

/** Beside the subjects, `terraform_data.later`: its output is not known while a plan changes its input. */
function configuration(given: Given, round: number): string {
  const resources = SUBJECTS.flatMap((subject) =>
    ROLES_TO_CONFIGURE.map(
      (role) => `
        resource "${typeNameOf(subject, role)}" "it" {
          subject = ${expression(subject.name, given)}
        }`,
    ),
  );
  const computed = SUBJECTS.map(
    (subject) => `
        resource "${typeNameOf(subject, "computed")}" "it" {
          note = local.later
        }`,
  );
  const others = Object.entries(VALUES).map(([name, { other }]) => `${name} = ${JSON.stringify(other)}`);
  return `
    terraform {
      required_providers {
        matrix = { source = "test/matrix" }
      }
    }
    resource "terraform_data" "later" {
      input = {
        round  = ${round}
        word   = "later"
        item   = { given = "later" }
        ${others.join("\n")}
      }
    }
    locals {
      later        = terraform_data.later.output.word
      also_later   = terraform_data.later.output.word
      later_object = terraform_data.later.output.item
    }
    ${[...resources, ...computed].join("\n")}`;
}

function expression(name: string, given: Given): string {
  const [one, other] = [valuesOf(name).one, valuesOf(name).other].map((value) => JSON.stringify(value));
  switch (given) {
    case "known":
      return one as string;
    case "null":
      return "null";
    case "unknown":
      return `terraform_data.later.output.${name}`;
    case "refined":
      // Whichever it is, it is not null: that, Terraform tells the provider.
      return `local.later == "later" ? ${other} : ${one}`;
    case "partly":
      return valuesOf(name).partly.expression;
  }
}

/** What the expression comes to. */
function outcome(name: string, given: Given): unknown {
  const { one, other, partly } = valuesOf(name);
  const outcomes: Readonly<Record<Given, unknown>> = {
    known: one,
    null: null,
    unknown: other,
    refined: other,
    partly: partly.outcome,
  };
  return outcomes[given];
}

/** The same action for every resource with a subject. */
function each(action: PlannedAction): PlannedActions {
  const roles = [...ROLES_TO_CONFIGURE, "computed" as const];
  const addresses = SUBJECTS.flatMap((subject) => roles.map((role) => `${typeNameOf(subject, role)}.it`));
  return Object.fromEntries(addresses.map((address) => [address, action]));
}

describe("what Terraform knows only later, in an attribute of each type", () => {
  let deleted: Record<string, unknown>[];
  let test: TerraformTest;

  beforeEach(async () => {
    deleted = [];
    test = await TerraformTest.create({ attached: { [MATRIX_ADDRESS]: matrixProvider(deleted) } });
  });
  afterEach(() => test.close());

  /** `apply` lets Terraform judge both plans and the result, and requires the plan after it to be empty. */
  const applied = async (given: Given, round: number): Promise<State> =>
    (await test.apply({ configuration: configuration(given, round) })).state;

  it.each<[Given, Given[]]>([
    ["known", ["unknown", "refined", "partly", "null"]],
    ["null", ["unknown", "null", "partly"]],
    ["unknown", ["known"]],
    ["refined", ["null", "refined"]],
    ["partly", ["known", "partly"]],
  ])("is created %s, updated to be %j, and destroyed", async (first, then) => {
    await test.apply({
      configuration: configuration(first, 0),
      expectActions: { ...each("create"), "terraform_data.later": "create" },
    });
    let round = 1;
    for (const given of then) {
      const state = await applied(given, round++);
      for (const subject of SUBJECTS) {
        // What nested objects have beside it is made by the provider.
        const { values } = state.resource(`${typeNameOf(subject, "optional")}.it`);
        expect(values).toMatchObject({ subject: outcome(subject.name, given) });
      }
    }
    await test.destroy();
    expect(deleted).toHaveLength(Object.keys(each("delete")).length);
  });
});
