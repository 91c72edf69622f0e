import { parseNumeric } from "../../../src/plugin/values/numeric";
import { valueExpression } from "../../../tools/generators/documentation/value-expression";

describe("valueExpression", () => {
  it.each<[string, unknown, string]>([
    ["nothing", null, "null"],
    ["a truth value", true, "true"],
    [
      "a number beyond what a double holds",
      parseNumeric("123456789012345678901234567890"),
      "123456789012345678901234567890",
    ],
    ["a fraction that no double holds", parseNumeric("0.12345678901234567890123"), "0.12345678901234567890123"],
    ["text that would be a template", 'a "${b}" %{c}\n\\', '"a \\"$${b}\\" %%{c}\\n\\\\"'],
    ["dollars that interpolate nothing", "$5 and 5%", '"$5 and 5%"'],
    ["a list", ["a", null], '["a", null]'],
    ["a map, whose keys are anything", new Map([["a.b", 1]]), '{ "a.b" = 1 }'],
    ["an object, whose names are names", { a: { b: false } }, "{ a = { b = false } }"],
    ["an empty map", new Map(), "{}"],
    ["an empty list", [], "[]"],
  ])("writes %s as a configuration would", (_, value, expression) => {
    expect(valueExpression(value)).toBe(expression);
  });
});
