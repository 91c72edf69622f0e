import { string } from "./attribute";
import type { Attribute, Attributes } from "./attribute";
import { nested } from "./nested-attribute";
import { durationText } from "./validators";

/** The operations that {@link timeouts} can bound. */
export type TimedOperation = "create" | "read" | "update" | "delete";

/** How long the operations of a resource may take; the plugin layer ends them, the resource need not look. */
export function timeouts(defaults: { readonly [operation in TimedOperation]?: string }) {
  const attributes: Record<string, Attribute> = {};
  for (const [operation, duration] of Object.entries(defaults)) {
    attributes[operation] = string({
      optional: true,
      description: `How long ${operation} may take, as a duration such as \`30s\` or \`5m\`. Default: \`${duration}\`.`,
      validators: [durationText()],
    });
  }
  return {
    ...nested(attributes as Attributes, { optional: true, description: "How long each operation may take." }),
    defaults,
  };
}
