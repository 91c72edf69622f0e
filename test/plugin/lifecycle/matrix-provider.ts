import { createHandlers, definitionsFor } from "../../../src/plugin";
import type { Attributes } from "../../../src/plugin";
import { isComputed, string } from "../../../src/plugin/schema/attribute";
import type { Attribute } from "../../../src/plugin/schema/attribute";
import { toPlain } from "../../../src/plugin/values/plain";
import { known, objectPayload, valueOr } from "../../../src/plugin/values/value";
import type { AnyValue, ObjectPayload, Value } from "../../../src/plugin/values/value";
import type { ProviderHandlers } from "../../../src/plugin/wire/handlers";
import { SUBJECTS } from "./matrix-subjects";
import type { Subject } from "./matrix-subjects";

/** Who has a say in an attribute. */
export const ROLES = {
  optional: { optional: true },
  computed: { computed: true },
  optional_computed: { optional: true, computed: true },
  kept: { optional: true, computed: true, useStateForUnknown: true },
} as const;

export type Role = keyof typeof ROLES;

/** Registry address of the matrix provider. */
export const MATRIX_ADDRESS = "registry.terraform.io/test/matrix";

const { resource, provider } = definitionsFor<Record<string, unknown>[]>();

/** The resource type whose attribute `subject` has this type and role. */
export function typeNameOf(subject: Subject, role: Role): string {
  return `matrix_${subject.name}_${role}`;
}

/** Its schema; `note` is there to be changed. */
export function schemaOf({ type, nested }: Subject, role: Role): Attributes {
  return {
    subject: {
      type,
      options: { ...ROLES[role], description: "The subject." },
      ...(nested !== undefined && { nested }),
    },
    note: string({ optional: true, description: "A note." }),
  };
}

/**
 * Handlers of a provider with a resource for each type and role. It computes what it must, in the same way each time.
 *
 * @param deleted gets the state of each object that is deleted.
 */
export function matrixProvider(deleted: Record<string, unknown>[]): ProviderHandlers {
  const resources = SUBJECTS.flatMap((subject) =>
    (Object.keys(ROLES) as Role[]).map((role) => {
      const schema = schemaOf(subject, role);
      const computed = (planned: Readonly<Record<string, unknown>>) => {
        const attribute = schema["subject"] as Attribute;
        if (!isComputed(attribute) && subject.nested === undefined) return {};
        return { subject: computedSubject(planned["subject"], attribute, subject) };
      };
      return resource(typeNameOf(subject, role), {
        description: "One attribute.",
        schema,
        create: (planned) => Promise.resolve(computed(planned)),
        read: (state) => Promise.resolve(state),
        update: (planned) => Promise.resolve(computed(planned)),
        delete: (state) => Promise.resolve(void deleted.push(state)),
      });
    }),
  );
  return createHandlers(
    provider({
      address: MATRIX_ADDRESS,
      version: "0.0.1",
      description: "All types in all roles.",
      schema: {},
      configure: () => deleted,
      resources,
    }),
  );
}

function computedSubject(planned: unknown, attribute: Attribute, subject: Subject): unknown {
  if (!isComputed(attribute)) return withMade(planned);
  const value = planned as AnyValue;
  return toPlain(made(value.kind === "unknown" ? subject.computed : value), subject.type);
}

/** A plan's value with `made` in place of everything unknown. */
function made(value: AnyValue): AnyValue {
  if (value.kind !== "known") return value.kind === "unknown" ? known("made") : value;
  const payload = value.value;
  if (Array.isArray(payload)) return known((payload as readonly AnyValue[]).map(made));
  if (payload instanceof Map) {
    return known(new Map([...(payload as ReadonlyMap<string, AnyValue>)].map(([key, each]) => [key, made(each)])));
  }
  if (typeof payload !== "object" || Object.getPrototypeOf(payload) !== null) return value;
  return known(objectPayload(Object.entries(payload as ObjectPayload).map(([name, each]) => [name, made(each)])));
}

/** The model of a nested attribute, in which only `made` may be unknown. */
function withMade(model: unknown): unknown {
  if (Array.isArray(model)) return model.map(withMade);
  if (model === null) return null;
  const object = model as { readonly given: string | null; readonly made: Value<string> };
  return { ...object, made: object.made.kind === "unknown" ? "made" : valueOr(object.made, null) };
}
