import { brokenLinks } from "../../../tools/generators/documentation/broken-links";

const found = (pages: Record<string, string>) =>
  brokenLinks(Object.entries(pages).map(([path, markdown]) => ({ path, markdown })));

describe("brokenLinks", () => {
  it("takes headings, also repeated ones, and anchors set by hand", () => {
    const markdown =
      '# Nested Schema for `a.b`\n\n## On\n\n## On\n\n<a id="nestedatt--x"></a>\n\n' +
      "[1](#nested-schema-for-ab) [2](#on) [3](#on-1) [4](#nestedatt--x)";
    expect(found({ "index.md": markdown })).toEqual([]);
  });

  it("names the page, the link and what is missing", () => {
    expect(
      found({
        "index.md": "# Top\n\n[1](#top-1) [2](resources/crate.md) [3](resources/box.md)\n\n[ref]: #nowhere",
        "resources/crate.md": "[4](../index.md#top) [5](../index.md#bottom)",
      }),
    ).toEqual([
      "index.md links to #top-1, and index.md has no such anchor.",
      "index.md links to resources/box.md, and there is no page resources/box.md.",
      "index.md links to #nowhere, and index.md has no such anchor.",
      "resources/crate.md links to ../index.md#bottom, and index.md has no such anchor.",
    ]);
  });

  it("takes a page that is made by hand for what it is, and looks at none of its own links", () => {
    const pages = [{ path: "index.md", markdown: "[1](guides/a.md#b) [2](guides/c.md)" }];
    expect(brokenLinks(pages, [{ path: "guides/a.md", markdown: "# B\n\n[3](../nowhere.md)" }])).toEqual([
      "index.md links to guides/c.md, and there is no page guides/c.md.",
    ]);
  });

  it("takes no comment in the front matter for a heading", () => {
    expect(found({ "index.md": "---\n# Made by hand\n---\n\n# Top\n\n[1](#made-by-hand) [2](#top)\n" })).toEqual([
      "index.md links to #made-by-hand, and index.md has no such anchor.",
    ]);
  });

  it("leaves the web and code alone, and takes no comment in code for a heading", () => {
    expect(
      found({ "index.md": "[1](https://example.com/#a) `[2](#b)`\n\n```hcl\n# c\n[3](#d)\n```\n\n[4](#c)" }),
    ).toEqual(["index.md links to #c, and index.md has no such anchor."]);
  });
});
