import { DiagnosticError } from "../definition";
import { ArgumentError } from "../function";
import type { Parameter } from "../function";
import { describeUnexpected } from "../log/logger";
import type { Validator } from "../schema/validators";
import { decodeDynamicValue, encodeDynamicValue } from "../values/msgpack";
import { fromPlain, toPlain } from "../values/plain";
import { holdsUnknown } from "../values/value";
import type { AnyValue } from "../values/value";
import { CallFunction_Response } from "../wire/generated/tfplugin6";
import type { CallFunction_Request } from "../wire/generated/tfplugin6";
import type { CallContext } from "../wire/handlers";
import type { ProviderParts } from "./provider-parts";

/** Calls a function. Its errors are text, with the number of the argument that is to blame. */
export function callFunction(
  parts: ProviderParts,
  { name, ...request }: CallFunction_Request,
  { log }: CallContext,
): CallFunction_Response {
  try {
    const { definition } = parts.function(name);
    const args = request.arguments.map((argument, index) => {
      const parameter = definition.parameters[index] ?? definition.variadic;
      if (parameter === undefined) throw new ArgumentError(index, `${name} takes no argument here.`);
      const value = decodeDynamicValue(argument, parameter.type.type);
      checkArgument(index, value, parameter);
      return parameter.allowUnknown === true ? value : toPlain(value, parameter.type.type);
    });
    const type = definition.returns.type;
    const result = encodeDynamicValue(fromPlain(definition.run(...args), type), type);
    return CallFunction_Response.fromPartial({ result });
  } catch (error) {
    if (error instanceof ArgumentError) return functionFailure(error.message, error.index);
    if (error instanceof DiagnosticError) return functionFailure(error.detail);
    log.error("A function made a mistake", { error: describeUnexpected(error).trace });
    return functionFailure(`${name} failed in a way it should not. This is a bug in the provider.`);
  }
}

function checkArgument(index: number, value: AnyValue, { type, validators = [] }: Parameter): void {
  if (value.kind !== "known" || holdsUnknown(value)) return;
  const plain = toPlain(value, type.type);
  for (const validate of validators as readonly Validator<unknown>[]) {
    const problem = validate(plain);
    if (problem !== undefined && problem.severity !== "warning") throw new ArgumentError(index, problem.detail);
  }
}

/** A function's failure. Terraform ends the sentence itself. */
function functionFailure(text: string, functionArgument?: number): CallFunction_Response {
  return CallFunction_Response.fromPartial({
    error: { text: text.replace(/\.$/, ""), ...(functionArgument !== undefined && { functionArgument }) },
  });
}
