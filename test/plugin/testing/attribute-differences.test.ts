import { attributeDifferences } from "../../../src/plugin/testing/attribute-differences";

describe("attributeDifferences", () => {
  const differences = (change: object) =>
    attributeDifferences({ actions: ["update"], before: {}, after: {}, after_unknown: {}, ...change });

  it("names each attribute that differs by its path, down to elements", () => {
    expect(
      differences({
        before: { same: 1, tags: ["a", "b"], author: { name: "Ada", born: 1815 }, labels: { "a b": "c" } },
        after: { same: 1, tags: ["a", "c", "d"], author: { name: "Grace", born: 1815 }, labels: { "a b": null } },
      }),
    ).toEqual([
      'tags[1]: "b" -> "c"',
      'tags[2]: null -> "d"',
      'author.name: "Ada" -> "Grace"',
      'labels["a b"]: "c" -> null',
    ]);
  });

  it("tells what is not known yet, and what forces a replacement", () => {
    expect(
      differences({
        before: { id: "1", name: "one", parts: { a: "x" } },
        after: { name: "two", parts: {} },
        after_unknown: { id: true, parts: { a: true } },
        replace_paths: [["name"]],
      }),
    ).toEqual([
      'id: "1" -> (known after apply)',
      'name: "one" -> "two", forces replacement',
      'parts.a: "x" -> (known after apply)',
    ]);
  });

  it.each<[string, object, string[]]>([
    ["before", { before_sensitive: { pin: true } }, ["pin: (sensitive value)"]],
    ["after", { after_sensitive: { pin: true } }, ["pin: (sensitive value)"]],
    ["as a whole", { before_sensitive: true }, ["value: (sensitive value)"]],
    ["and unknown", { after_sensitive: { pin: true }, after_unknown: { pin: true } }, ["pin: (sensitive value)"]],
  ])("shows no value that is sensitive %s", (_, marks, expected) => {
    expect(differences({ before: { pin: "7361" }, after: { pin: "1367" }, ...marks })).toEqual(expected);
  });

  it("shows nothing of what came or went with something sensitive inside", () => {
    expect(
      differences({
        before: { accounts: null, keys: [{ pin: "7361" }] },
        after: { accounts: { main: { pin: "1367" } }, keys: null },
        before_sensitive: { keys: [{ pin: true }] },
        after_sensitive: { accounts: { main: { pin: true } } },
      }),
    ).toEqual(["accounts: (holds sensitive values)", "keys: (holds sensitive values)"]);
  });

  it("cuts a long value short", () => {
    const [line = ""] = differences({ before: { body: "" }, after: { body: "x".repeat(10_000) } });
    expect(line.length).toBeLessThan(300);
    expect(line).toMatch(/x…$/);
  });
});
