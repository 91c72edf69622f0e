import { assumptionsMarkdown, DEFAULT_ASSUMPTIONS } from "../../src/sandbox";

describe("the assumptions as Markdown", () => {
  const markdown = assumptionsMarkdown();

  it("say of every option what is open, its default and its values", () => {
    const headings = [...markdown.matchAll(/^## `(\w+)`\n\n(.+)\n\n- Default: `(.+)`$/gm)];
    expect(headings.map(([, name, , value]) => [name, JSON.parse(value ?? "") as unknown])).toEqual(
      Object.entries(DEFAULT_ASSUMPTIONS),
    );
    for (const [, , description = ""] of headings) expect(description).toMatch(/^[A-Z`].{30,}\.$/);
    expect(markdown).toContain('- Values: `"opening"`, `"decision"`, `"approval"`');
  });

  it("end with what has no option, and one line break", () => {
    expect(markdown).toMatch(/## Without an option[\s\S]+- .+\.\n$/);
  });
});
