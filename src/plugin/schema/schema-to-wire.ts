import { encodeType } from "../values/type";
import { Schema, Schema_Object_NestingMode, StringKind } from "../wire/generated/tfplugin6";
import type { Schema_Attribute } from "../wire/generated/tfplugin6";
import type { Attributes, NestingMode } from "./attribute";

const NESTING: Readonly<Record<NestingMode, Schema_Object_NestingMode>> = {
  single: Schema_Object_NestingMode.SINGLE,
  list: Schema_Object_NestingMode.LIST,
};

/** A schema as Terraform takes it over the wire. */
export function schemaToWire(attributes: Attributes, description: string, version = 0): Schema {
  return Schema.fromPartial({
    version,
    block: {
      attributes: attributesToWire(attributes),
      description,
      descriptionKind: StringKind.MARKDOWN,
    },
  });
}

function attributesToWire(attributes: Attributes): Schema_Attribute[] {
  return Object.entries(attributes).map(([name, { type, options, nested }]) => ({
    name,
    // Terraform wants exactly one of the two.
    type: nested === undefined ? encodeType(type) : Buffer.alloc(0),
    nestedType:
      nested === undefined
        ? undefined
        : {
            attributes: attributesToWire(nested.attributes),
            nesting: NESTING[nested.mode],
            minItems: 0,
            maxItems: 0,
          },
    description: options.description,
    descriptionKind: StringKind.MARKDOWN,
    required: options.required ?? false,
    optional: options.optional ?? false,
    computed: options.computed ?? false,
    sensitive: options.sensitive ?? false,
    deprecated: options.deprecated !== undefined,
    deprecationMessage: options.deprecated ?? "",
    writeOnly: options.writeOnly ?? false,
  }));
}
