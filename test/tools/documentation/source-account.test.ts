import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { renderPages } from "../../../tools/generators/documentation/render-pages";
import { SourceAccount } from "../../../tools/generators/documentation/source-account";
import { readSources } from "../../../tools/generators/documentation/sources";
import { exampleFiles, exampleProvider } from "./example-provider";

const NO_PROSE = new Map<string, string>();

function problems(examples: ReadonlyMap<string, string>, prose: ReadonlyMap<string, string> = NO_PROSE): string[] {
  const account = new SourceAccount({ examples, prose });
  renderPages(exampleProvider, account);
  return account.problems();
}

describe("the sources of pages", () => {
  it("are complete when every page has what it shows", () => {
    expect(problems(exampleFiles)).toEqual([]);
  });

  it.each([...exampleFiles.keys()])("are incomplete without examples/%s, whose name is told", (file) => {
    const without = new Map([...exampleFiles].filter(([name]) => name !== file));
    expect(problems(without)).toEqual([`examples/${file} is missing or empty: a page has to show it.`]);
  });

  it("take an empty example for none", () => {
    expect(problems(new Map([...exampleFiles, ["functions/pack/function.tf", " \n"]]))).toEqual([
      "examples/functions/pack/function.tf is missing or empty: a page has to show it.",
    ]);
  });

  it("may not hold prose that no page shows", () => {
    const prose = new Map([
      ["index.md", "For the provider."],
      ["resources/barrel.md", "For nothing."],
    ]);
    expect(problems(exampleFiles, prose)).toEqual([
      "tools/documentation/resources/barrel.md belongs to no page: the provider has no such part.",
    ]);
  });

  describe("in a repository", () => {
    let root: string;

    beforeEach(async () => {
      root = await mkdtemp(path.join(tmpdir(), "sources-"));
    });

    afterEach(() => rm(root, { recursive: true }));

    async function write(file: string, text: string): Promise<void> {
      await mkdir(path.dirname(path.join(root, file)), { recursive: true });
      await writeFile(path.join(root, file), text);
    }

    it("are read from the examples and the prose, with the same line breaks everywhere", async () => {
      await write("examples/resources/box_crate/resource.tf", "a\r\nb\n");
      await write("examples/resources/box_crate/README.md", "Not shown.");
      await write("tools/documentation/index.md", "Prose.\n");
      expect(await readSources(root)).toEqual({
        examples: new Map([["resources/box_crate/resource.tf", "a\nb\n"]]),
        prose: new Map([["index.md", "Prose.\n"]]),
      });
    });

    it("are none where there is nothing", async () => {
      expect(await readSources(root)).toEqual({ examples: new Map(), prose: new Map() });
    });
  });
});
