import { objectType } from "../../../src/plugin/schema/attribute";
import { TerraformTest } from "../../../src/plugin/testing";
import { decodeMsgpack, encodeMsgpack } from "../../../src/plugin/values/msgpack";
import { NULL, UNKNOWN, known, objectPayload } from "../../../src/plugin/values/value";
import type { AnyValue, ObjectPayload } from "../../../src/plugin/values/value";
import type { DynamicValue } from "../../../src/plugin/wire/generated/tfplugin6";
import type { ProviderHandlers } from "../../../src/plugin/wire/handlers";
import { MATRIX_ADDRESS, matrixProvider, schemaOf, typeNameOf } from "./matrix-provider";
import type { Role } from "./matrix-provider";
import { SUBJECTS } from "./matrix-subjects";
import { hasUnknown, planFaults, resultFaults } from "./terraform-rules";

jest.setTimeout(60_000);

/** What a provider answers for an attribute, and whether Terraform takes it. */
interface Answer {
  readonly subject: string;
  readonly role: Role;
  /** As the configuration writes it. */
  readonly written: string;
  readonly config: AnyValue;
  readonly planned: AnyValue;
  /** The result of apply, where the plan is good. */
  readonly result?: AnyValue;
  readonly accepted: boolean;
}

const [A, B] = [known("a"), known("b")];
const item = (given: AnyValue, made: AnyValue = NULL) =>
  known(
    objectPayload([
      ["given", given],
      ["made", made],
    ]),
  );
const ITEMS = known([item(A)]);

const PLANS: readonly Answer[] = [
  ["string", "optional", '"a"', A, A, true],
  ["string", "optional", '"a"', A, B, false],
  ["string", "optional", '"a"', A, UNKNOWN, false],
  ["string", "optional", "null", NULL, B, false],
  ["string", "computed", "null", NULL, B, true],
  ["string", "optional_computed", "null", NULL, UNKNOWN, true],
  ["string", "optional_computed", '"a"', A, UNKNOWN, false],
  ["list", "optional", '["a"]', known([A]), known([B]), false],
  ["nested_single", "optional", '{ given = "a" }', item(A), item(A, UNKNOWN), true],
  ["nested_single", "optional", '{ given = "a" }', item(A), item(B), false],
  ["nested_single", "optional", '{ given = "a" }', item(A), UNKNOWN, false],
  ["nested_single", "optional", '{ given = "a" }', item(A), NULL, false],
  ["nested_list", "optional", '[{ given = "a" }]', ITEMS, known([item(A, B)]), true],
  ["nested_list", "optional", '[{ given = "a" }]', ITEMS, known([item(B)]), false],
  ["nested_list", "optional", '[{ given = "a" }]', ITEMS, known([]), false],
].map(answer);

const RESULTS: readonly Answer[] = [
  ["string", "computed", "null", NULL, UNKNOWN, true, B],
  ["string", "computed", "null", NULL, UNKNOWN, true, NULL],
  ["string", "computed", "null", NULL, UNKNOWN, false, UNKNOWN],
  ["string", "computed", "null", NULL, A, false, B],
  ["string", "computed", "null", NULL, A, false, NULL],
  ["list", "computed", "null", NULL, known([A, UNKNOWN]), true, known([A, B])],
  ["list", "computed", "null", NULL, known([A, UNKNOWN]), false, known([A])],
  ["list", "computed", "null", NULL, known([A]), false, known([A, B])],
  ["set", "computed", "null", NULL, known([A, UNKNOWN]), true, known([A])],
  ["set", "computed", "null", NULL, known([A, UNKNOWN]), false, known([B])],
  ["set", "computed", "null", NULL, known([A]), false, known([A, B])],
  ["nested_list", "optional", '[{ given = "a" }]', ITEMS, known([item(A, UNKNOWN)]), true, known([item(A, B)])],
  ["nested_list", "optional", '[{ given = "a" }]', ITEMS, known([item(A, UNKNOWN)]), false, known([item(B, B)])],
].map(answer);

function answer(row: readonly unknown[]): Answer {
  const [subject, role, written, config, planned, accepted, result] = row as [
    string,
    Role,
    string,
    AnyValue,
    AnyValue,
    boolean,
    AnyValue | undefined,
  ];
  return { subject, role, written, config, planned, accepted, ...(result !== undefined && { result }) };
}

const schemaFor = ({ subject, role }: Answer) => schemaOf(subjectNamed(subject), role);
const typeNameFor = ({ subject, role }: Answer) => typeNameOf(subjectNamed(subject), role);

function subjectNamed(name: string) {
  const subject = SUBJECTS.find((each) => each.name === name);
  if (subject === undefined) throw new Error(`no subject ${name}`);
  return subject;
}

/** The whole object; its note tells which answer is wanted. */
function whole(subject: AnyValue, index: number): AnyValue {
  return known(
    objectPayload([
      ["subject", subject],
      ["note", known(String(index))],
    ]),
  );
}

/** Handlers that answer as they are told, right or wrong. */
function telling(answers: readonly Answer[]): ProviderHandlers {
  const handlers = matrixProvider([]);
  const told = (config: DynamicValue | undefined, typeName: string, of: (each: Answer) => AnyValue) => {
    const schema = schemaFor(answers.find((each) => typeNameFor(each) === typeName) as Answer);
    const read = decodeMsgpack(config?.msgpack ?? Buffer.alloc(0), objectType(schema)) as { value: ObjectPayload };
    const index = Number((read.value["note"] as { value: string }).value);
    const msgpack = encodeMsgpack(whole(of(answers[index] as Answer), index), objectType(schema));
    return { msgpack, json: Buffer.alloc(0) };
  };
  return {
    ...handlers,
    planResourceChange: async (request, context) => ({
      ...(await handlers.planResourceChange(request, context)),
      diagnostics: [],
      plannedState: told(request.config, request.typeName, ({ planned }) => planned),
    }),
    applyResourceChange: async (request, context) => ({
      ...(await handlers.applyResourceChange(request, context)),
      diagnostics: [],
      newState: told(request.config, request.typeName, ({ planned, result }) => result ?? planned),
    }),
  };
}

/** The answers that Terraform refuses, by their place in the list. */
async function refusedByTerraform(answers: readonly Answer[], command: "plan" | "apply"): Promise<number[]> {
  const resources = answers.map(
    (each, index) => `
      resource "${typeNameFor(each)}" "answer_${index}" {
        ${each.role === "computed" ? "" : `subject = ${each.written}`}
        note = "${index}"
      }`,
  );
  const test = await TerraformTest.create({
    attached: { [MATRIX_ADDRESS]: telling(answers) },
    configuration: `
      terraform {
        required_providers {
          matrix = { source = "test/matrix" }
        }
      }
      ${resources.join("\n")}`,
  });
  try {
    const { stderr } = await test.workspace[command]();
    return answers.flatMap((_, index) => (new RegExp(`\\.answer_${index}\\b`).test(stderr) ? [index] : []));
  } finally {
    await test.close();
  }
}

const notAccepted = (answers: readonly Answer[]) => answers.flatMap(({ accepted }, index) => (accepted ? [] : [index]));

describe("the rules that plans and results are held to here", () => {
  it("refuse the plans that Terraform refuses, and no others", async () => {
    const refusedHere = PLANS.flatMap((each, index) => {
      const objects = { prior: NULL, config: whole(each.config, index), planned: whole(each.planned, index) };
      return planFaults(objects, schemaFor(each)).length > 0 ? [index] : [];
    });
    expect(refusedHere).toEqual(notAccepted(PLANS));
    expect(await refusedByTerraform(PLANS, "plan")).toEqual(notAccepted(PLANS));
  });

  it("refuse the results that Terraform refuses, and no others", async () => {
    const refusedHere = RESULTS.flatMap((each, index) => {
      const [planned, result] = [whole(each.planned, index), whole(each.result ?? each.planned, index)];
      const faults = resultFaults(planned, result, objectType(schemaFor(each)));
      return faults.length > 0 || hasUnknown(result) ? [index] : [];
    });
    expect(refusedHere).toEqual(notAccepted(RESULTS));
    expect(await refusedByTerraform(RESULTS, "apply")).toEqual(notAccepted(RESULTS));
  });
});
