import type { Parameter, ProviderFunction } from "../../../src/plugin";
import { inListItem } from "./inline-markdown";
import { codeBlock, codeSpan } from "./markdown-code";
import { joinSections } from "./page";
import { typeExpression } from "./type-expression";
import { typeWords } from "./type-words";

/** `## Signature`, `## Arguments` and `## Return Type` of a function. */
export function functionSections({ name, definition }: ProviderFunction): string {
  const { parameters, variadic, returns } = definition;
  const signature = [
    ...parameters.map((each) => `${each.name} ${typeExpression(each.type.type)}`),
    ...(variadic === undefined ? [] : [`${variadic.name} ${typeExpression(variadic.type.type)}...`]),
  ];
  const items = [
    ...parameters.map((each) => argumentItem(each, [])),
    ...(variadic === undefined ? [] : [argumentItem(variadic, ["Variadic"])]),
  ];
  return joinSections(
    "## Signature",
    codeBlock("text", `${name}(${signature.join(", ")}) ${typeExpression(returns.type)}`),
    "## Arguments",
    items.length === 0 ? "It takes none." : items.map((item, index) => `${index + 1}. ${item}`).join("\n"),
    "## Return Type",
    codeSpan(typeExpression(returns.type)),
  );
}

function argumentItem({ name, type, description, nullable }: Parameter, marks: readonly string[]): string {
  const all = [...marks, typeWords(type.type), ...(nullable ? ["Nullable"] : [])];
  return `\`${name}\` (${all.join(", ")}) ${inListItem(description, "   ")}`;
}
