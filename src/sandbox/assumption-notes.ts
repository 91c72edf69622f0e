import { z } from "zod";
import { assumptionsSchema } from "./assumptions";

/** One of the sandbox's assumptions, for people. */
export interface AssumptionNote {
  /** The option's name. */
  readonly name: string;
  /** What is open and what the documentation says of it. Markdown. */
  readonly description: string;
  /** As JSON. */
  readonly defaultValue: string;
  /** The values it may have, as JSON; empty where they cannot be listed. */
  readonly values: readonly string[];
}

/** The parts of a JSON schema that are read here. */
interface PropertySchema {
  readonly type?: string;
  readonly description?: string;
  readonly default?: unknown;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly { readonly const?: unknown }[];
}

/** All assumptions, in the order in which {@link assumptionsSchema} states them. */
export function assumptionNotes(): AssumptionNote[] {
  const { properties = {} } = z.toJSONSchema(assumptionsSchema, { io: "input" });
  return Object.entries(properties as Record<string, PropertySchema>).map(([name, schema]) => ({
    name,
    description: schema.description ?? "",
    defaultValue: JSON.stringify(schema.default),
    values: valuesOf(schema).map((value) => JSON.stringify(value)),
  }));
}

function valuesOf({ type, enum: named, anyOf = [] }: PropertySchema): readonly unknown[] {
  if (named !== undefined) return named;
  if (type === "boolean") return [true, false];
  const literals = anyOf.flatMap((each) => ("const" in each ? [each.const] : []));
  return literals.length === anyOf.length ? literals : [];
}
