import { ArgumentError } from "../function";
import type { Parameter, ProviderFunction } from "../function";
import type { Validator } from "../schema/validators";
import { encodeType } from "../values/type";
import { fromPlain, toPlain } from "../values/plain";
import { holdsUnknown } from "../values/value";
import type { AnyValue } from "../values/value";
import { describeUnexpected } from "../log/unexpected-error";
import type { CallContext } from "../server/handlers";
import { CallFunction_Response, FunctionMessage, StringKind } from "../wire/generated/tfplugin6";
import type { CallFunction_Request, Function_Parameter } from "../wire/generated/tfplugin6";
import { DiagnosticError } from "./diagnostics";
import { decodeDynamicValue, encodeDynamicValue } from "./dynamic-value";

/** A function's signature as Terraform takes it over the wire. */
export function functionToWire({ definition }: ProviderFunction): FunctionMessage {
  return FunctionMessage.fromPartial({
    summary: definition.summary,
    description: definition.description,
    descriptionKind: StringKind.MARKDOWN,
    parameters: definition.parameters.map(parameterToWire),
    ...(definition.variadic !== undefined && { variadicParameter: parameterToWire(definition.variadic) }),
    return: { type: encodeType(definition.returns.type) },
  });
}

/** Calls a function. Its errors are text, with the number of the argument that is to blame. */
export function callFunction(
  { name, definition }: ProviderFunction,
  request: CallFunction_Request,
  { log }: CallContext,
): CallFunction_Response {
  try {
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
export function functionFailure(text: string, functionArgument?: number): CallFunction_Response {
  return CallFunction_Response.fromPartial({
    error: { text: text.replace(/\.$/, ""), ...(functionArgument !== undefined && { functionArgument }) },
  });
}

function parameterToWire({ name, type, description, nullable, allowUnknown }: Parameter): Function_Parameter {
  return {
    name,
    type: encodeType(type.type),
    allowNullValue: nullable ?? false,
    allowUnknownValues: allowUnknown ?? false,
    description,
    descriptionKind: StringKind.MARKDOWN,
  };
}
