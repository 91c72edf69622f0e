import { TerraformTest } from "../../../src/plugin/testing";
import type { PlannedAction, PlannedActions } from "../../../src/plugin/testing";
import { IS_DEEP } from "../../depth";
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

/** Beside the subjects of each life, `terraform_data.later`: its output is not known while a plan changes its input. */
function configuration(given: readonly Given[], round: number): string {
  const resources = TRIALS.map(
    ({ subject, role, life }) => `
        resource "${typeNameOf(subject, role)}" "life_${life}" {
          subject = ${expression(subject.name, given[life] as Given)}
        }`,
  );
  const computed = SUBJECTS.map(
    (subject) => `
        resource "${typeNameOf(subject, "computed")}" "life_0" {
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

/** What the attribute is given from its creation on, step by step; the last stays. */
const LIVES: readonly (readonly Given[])[] = [
  ["known", "unknown", "refined", "partly", "null"],
  ["null", "unknown", "null", "partly"],
  ["unknown", "known"],
  ["refined", "null", "refined"],
  ["partly", "known", "partly"],
];

/** Which attribute lives which life. In `npm test` a third of all: every role has every type, every type every life. */
const TRIALS = SUBJECTS.flatMap((subject, at) =>
  ROLES_TO_CONFIGURE.flatMap((role, offset) =>
    LIVES.map((_, life) => ({ subject, role, life })).filter(({ life }) => IS_DEEP || (at + offset + life) % 3 === 0),
  ),
);

const STEPS = Math.max(...LIVES.map(({ length }) => length));

/** What each life is given in a step. */
function givenIn(step: number): Given[] {
  return LIVES.map((life) => life[Math.min(step, life.length - 1)] as Given);
}

/** The same action for every resource with a subject. */
function each(action: PlannedAction): PlannedActions {
  const addresses = [
    ...SUBJECTS.map((subject) => `${typeNameOf(subject, "computed")}.life_0`),
    ...TRIALS.map(({ subject, role, life }) => `${typeNameOf(subject, role)}.life_${life}`),
  ];
  return Object.fromEntries(addresses.map((address) => [address, action]));
}

// All lives side by side: Terraform takes its time for a run, whatever is in it.
it(`what Terraform knows only later, in an attribute of each type, is created, updated and destroyed: ${LIVES.map((life) => life.join(" → ")).join("; ")}`, async () => {
  const deleted: Record<string, unknown>[] = [];
  const test = await TerraformTest.create({ attached: { [MATRIX_ADDRESS]: matrixProvider(deleted) } });
  try {
    for (let step = 0; step < STEPS; step++) {
      const given = givenIn(step);
      // Terraform judges both plans and the result, and the plan after it has to be empty.
      await test.apply({
        configuration: configuration(given, step),
        ...(step === 0 && { expectActions: { ...each("create"), "terraform_data.later": "create" } }),
      });
      const state = await test.state();
      for (const { subject, role, life } of TRIALS) {
        // What the provider makes of the others is its own affair.
        if (role !== "optional") continue;
        // What nested objects have beside it is made by the provider.
        const { values } = state.resource(`${typeNameOf(subject, role)}.life_${life}`);
        expect(values).toMatchObject({ subject: outcome(subject.name, given[life] as Given) });
      }
    }
    await test.destroy();
    expect(deleted).toHaveLength(Object.keys(each("delete")).length);
  } finally {
    await test.close();
  }
});
