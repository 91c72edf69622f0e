import { CONFERENCING_PROVIDER_NAMES, RESERVED_AUTHORIZATION_PARAMETERS } from "../cronofy";
import { spacingProblem, textProblem } from "../link";
import { map, string, types } from "../plugin";
import type { Planned, Problem, ValidationReport, Value } from "../plugin";

/** The arguments that shape an authorization URL, without the link token in it. */
export const authorizationArguments = {
  conferencing_provider_name: string({
    optional: true,
    description:
      "The conferencing provider that the administrator is to connect: " +
      `${CONFERENCING_PROVIDER_NAMES.map((name) => `\`${name}\``).join(", ")}. Without it, or with a name that Cronofy ` +
      "does not know, the administrator chooses from a list.",
    validators: [textProblem, knownConferencingProvider],
  }),
  state: string({
    optional: true,
    description:
      "The OAuth `state` that comes back unaltered with the administrator. Set it only if your own application takes " +
      "the callback; by default it is a signed JWT that names the link, which the link service requires.",
    validators: [textProblem],
  }),
  authorization_parameters: map(types.string, {
    optional: true,
    description:
      "Further query parameters of the authorization URL that Cronofy may know, such as a locale. Those that this " +
      "resource sets itself cannot be overridden.",
    elementValidators: [spacingProblem],
  }),
};

/** What the configuration says of these arguments, wholly known. */
export type AuthorizationArguments = Planned<typeof authorizationArguments>;

/** Reports each of the further query parameters that is not the configuration's to set. Values may be unknown. */
export function reportReservedParameters(
  parameters: Value<ReadonlyMap<string, Value<string>>>,
  report: ValidationReport,
): void {
  if (parameters.kind !== "known") return;
  for (const name of parameters.value.keys()) {
    if (!RESERVED_AUTHORIZATION_PARAMETERS.includes(name)) continue;
    report.error({
      path: ["authorization_parameters", { key: name }],
      summary: "Reserved parameter",
      detail: `${name} is set by this resource and cannot be overridden; leave it out here.`,
    });
  }
}

function knownConferencingProvider(value: string): Problem | undefined {
  return CONFERENCING_PROVIDER_NAMES.some((name) => name === value)
    ? undefined
    : {
        severity: "warning",
        summary: "Unknown conferencing provider",
        detail:
          `This provider knows ${CONFERENCING_PROVIDER_NAMES.join(", ")}; got ${JSON.stringify(value)}. It is passed on, ` +
          "and if Cronofy does not know it either, the administrator chooses from a list.",
      };
}
