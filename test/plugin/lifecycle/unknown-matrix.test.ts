import assert from "node:assert/strict";
import type { Attributes } from "../../../src/plugin";
import { objectType } from "../../../src/plugin/schema/attribute";
import { decodeMsgpack, encodeMsgpack } from "../../../src/plugin/values/msgpack";
import { toPlain } from "../../../src/plugin/values/plain";
import { NULL, UNKNOWN, known, objectPayload } from "../../../src/plugin/values/value";
import type { AnyValue, ObjectPayload } from "../../../src/plugin/values/value";
import type { DynamicValue } from "../../../src/plugin/wire/generated/tfplugin6";
import type { CallContext, ProviderHandlers } from "../../../src/plugin/wire/handlers";
import { valueText } from "../values/value-text";
import { ROLES, matrixProvider, schemaOf, typeNameOf } from "./matrix-provider";
import type { Role } from "./matrix-provider";
import { NOT_NULL, SUBJECTS } from "./matrix-subjects";
import type { Subject } from "./matrix-subjects";
import { testContext } from "./memory-provider";
import { proposedNewState } from "./proposed-new-state";
import { hasUnknown, planFaults, resultFaults } from "./terraform-rules";

/** A configured value, as it is while planning and as it may turn out, with a refinement for what is unknown in it. */
interface Configured {
  readonly name: string;
  readonly planning: AnyValue;
  readonly outcomes: readonly AnyValue[];
  readonly refinement?: string;
}

function configuredValues({ one, other, partial, refinement }: Subject, role: Role): Configured[] {
  if (role === "computed") return [{ name: "null", planning: NULL, outcomes: [NULL] }];
  const partly = partial.map(({ value, outcomes }, index) => ({
    name: `partly unknown (${index + 1})`,
    planning: value,
    outcomes,
  }));
  return [
    { name: "known", planning: one, outcomes: [one] },
    { name: "another known", planning: other, outcomes: [other] },
    { name: "null", planning: NULL, outcomes: [NULL] },
    { name: "unknown", planning: UNKNOWN, outcomes: [one, other, NULL] },
    { name: "refined unknown", planning: UNKNOWN, outcomes: [one, other], refinement },
    ...partly,
    ...partly.map((each) => ({ ...each, name: `${each.name}, refined`, refinement: NOT_NULL })),
  ];
}

const CASES = SUBJECTS.flatMap((subject) =>
  (Object.keys(ROLES) as Role[]).flatMap((role) =>
    configuredValues(subject, role).map((configured) => ({
      title: `${subject.name}, ${role}: ${configured.name}`,
      subject,
      role,
      configured,
    })),
  ),
);

describe("whatever is known, null, unknown or refined", () => {
  it.each(CASES)("$title", async ({ subject, role, configured }) => {
    const terraform = await RawTerraform.start(subject, role);
    for (const outcome of configured.outcomes) {
      const created = await terraform.carryOut(NULL, configured, outcome, "1");
      await terraform.destroy(created);
      for (const before of role === "computed" ? [NULL] : [subject.one, NULL]) {
        const prior = await terraform.carryOut(NULL, { planning: before }, before, "1");
        // With the subject alone changed, if at all, and with something beside it.
        for (const note of ["1", "2"]) {
          await terraform.destroy(await terraform.carryOut(prior, configured, outcome, note));
        }
      }
    }
  });
});

/** Terraform's part in a change, without Terraform: asks the handlers as it does, and judges the answers by its rules. */
class RawTerraform {
  private readonly type;

  private constructor(
    private readonly handlers: ProviderHandlers,
    private readonly context: CallContext,
    private readonly deleted: readonly Record<string, unknown>[],
    private readonly schema: Attributes,
    private readonly typeName: string,
  ) {
    this.type = objectType(schema);
  }

  static async start(subject: Subject, role: Role): Promise<RawTerraform> {
    const deleted: Record<string, unknown>[] = [];
    const handlers = matrixProvider(deleted);
    const { context } = testContext();
    const config = wire(known(objectPayload([])), {});
    await handlers.configureProvider({ terraformVersion: "1.11.4", config, clientCapabilities: undefined }, context);
    return new RawTerraform(handlers, context, deleted, schemaOf(subject, role), typeNameOf(subject, role));
  }

  /**
   * Plans with what is known at first, plans again with what it turns out to be, applies that, and plans once more.
   *
   * @returns the new state, of which the last plan changes nothing.
   */
  async carryOut(
    prior: AnyValue,
    { planning, refinement }: Pick<Configured, "planning" | "refinement">,
    outcome: AnyValue,
    note: string,
  ): Promise<AnyValue> {
    const configOf = (subject: AnyValue) =>
      known(
        objectPayload([
          ["subject", subject],
          ["note", known(note)],
        ]),
      );
    const first = await this.plan(prior, configOf(planning));
    if (refinement !== undefined) {
      const refined = await this.plan(prior, configOf(planning), refinement);
      assert.deepEqual(refined.bytes, first.bytes, "a refined unknown is answered in another way than a plain one");
    }
    if (planning.kind === "unknown") assert.equal((first.planned.value as ObjectPayload)["subject"]?.kind, "unknown");

    const config = configOf(outcome);
    const second = await this.plan(prior, config);
    assert.deepEqual(resultFaults(first.planned, second.planned, this.type), [], "inconsistent final plan");

    const applied = await this.apply(prior, config, second.planned);
    assert.deepEqual(resultFaults(second.planned, applied, this.type), [], "inconsistent result");
    assert.ok(!hasUnknown(applied), "something is unknown after apply");

    const last = await this.plan(applied, config);
    assert.equal(valueText(last.planned, this.type), valueText(applied, this.type), "the next plan is not empty");
    return applied;
  }

  /** Plans and carries out a destruction, which must reach the resource with the state. */
  async destroy(state: AnyValue): Promise<void> {
    const nothing = { msgpack: Buffer.from([0xc0]), json: Buffer.alloc(0) };
    const plan = await this.handlers.planResourceChange(
      this.planRequest(wire(state, this.schema), nothing, nothing),
      this.context,
    );
    assert.deepEqual(plan.diagnostics, []);
    assert.equal(this.read(plan.plannedState).kind, "null");
    const before = this.deleted.length;
    assert.equal((await this.apply(state, NULL, NULL)).kind, "null");
    assert.deepEqual(this.deleted.slice(before), [toPlain(state, this.type)]);
  }

  private async plan(
    prior: AnyValue,
    config: AnyValue,
    refinement?: string,
  ): Promise<{ readonly planned: AnyValue & { readonly kind: "known" }; readonly bytes: Buffer }> {
    const proposed = proposedNewState(prior, config, this.schema);
    const { plannedState, diagnostics } = await this.handlers.planResourceChange(
      this.planRequest(
        wire(prior, this.schema),
        refined(wire(config, this.schema), refinement),
        refined(wire(proposed, this.schema), refinement),
      ),
      this.context,
    );
    assert.deepEqual(diagnostics, []);
    const planned = this.read(plannedState);
    assert.ok(planned.kind === "known");
    assert.deepEqual(planFaults({ prior, config, planned }, this.schema), [], "invalid plan");
    return { planned, bytes: Buffer.from(plannedState?.msgpack ?? []) };
  }

  private async apply(prior: AnyValue, config: AnyValue, planned: AnyValue): Promise<AnyValue> {
    const { newState, diagnostics } = await this.handlers.applyResourceChange(
      {
        typeName: this.typeName,
        priorState: wire(prior, this.schema),
        plannedState: wire(planned, this.schema),
        config: wire(config, this.schema),
        plannedPrivate: Buffer.alloc(0),
        providerMeta: undefined,
        plannedIdentity: undefined,
      },
      this.context,
    );
    assert.deepEqual(diagnostics, []);
    return this.read(newState);
  }

  private planRequest(priorState: DynamicValue, config: DynamicValue, proposedNewState: DynamicValue) {
    return {
      typeName: this.typeName,
      priorState,
      config,
      proposedNewState,
      priorPrivate: Buffer.alloc(0),
      plannedPrivate: Buffer.alloc(0),
      providerMeta: undefined,
      clientCapabilities: undefined,
      priorIdentity: undefined,
    };
  }

  private read(value: DynamicValue | undefined): AnyValue {
    return decodeMsgpack(value?.msgpack ?? Buffer.from([0xc0]), this.type);
  }
}

function wire(value: AnyValue, schema: Attributes): DynamicValue {
  return { msgpack: encodeMsgpack(value, objectType(schema)), json: Buffer.alloc(0) };
}

/** The same bytes with a refinement on whatever is unknown in them. */
function refined({ msgpack, json }: DynamicValue, refinement: string | undefined): DynamicValue {
  if (refinement === undefined) return { msgpack, json };
  const pieces: Buffer[] = [];
  let rest = Buffer.from(msgpack);
  for (let at = rest.indexOf(PLAIN_UNKNOWN); at >= 0; at = rest.indexOf(PLAIN_UNKNOWN)) {
    pieces.push(rest.subarray(0, at), Buffer.from(refinement, "hex"));
    rest = rest.subarray(at + PLAIN_UNKNOWN.length);
  }
  return { msgpack: Buffer.concat([...pieces, rest]), json };
}

const PLAIN_UNKNOWN = Buffer.from("d40000", "hex");
