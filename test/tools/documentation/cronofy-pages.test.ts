import path from "node:path";
import { createCronofyProvider } from "../../../src/provider/provider";
import { brokenLinks } from "../../../tools/generators/documentation/broken-links";
import { readGuides } from "../../../tools/generators/documentation/documentation";
import { renderPages } from "../../../tools/generators/documentation/render-pages";
import { SourceAccount } from "../../../tools/generators/documentation/source-account";
import { readSources } from "../../../tools/generators/documentation/sources";

/** What the registry shows of a page; it cuts the rest off. Bytes. */
const REGISTRY_LIMIT = 500_000;

describe("the pages of this provider", () => {
  const provider = createCronofyProvider({ env: {} });

  const root = path.resolve(__dirname, "../../..");

  async function pages() {
    return renderPages(provider, new SourceAccount(await readSources(root)));
  }

  it("have no link that leads nowhere, and are short enough for the registry", async () => {
    const made = await pages();
    expect(brokenLinks(made, await readGuides(root))).toEqual([]);
    for (const { markdown } of made) expect(Buffer.byteLength(markdown)).toBeLessThan(REGISTRY_LIMIT);
  });

  it("say the same whatever is in the environment", async () => {
    const elsewhere = createCronofyProvider({ env: { CRONOFY_DATA_CENTER: "uk", CRONOFY_CLIENT_SECRET: "value" } });
    const sources = await readSources(path.resolve(__dirname, "../../.."));
    expect(renderPages(elsewhere, new SourceAccount(sources))).toEqual(await pages());
  });

  it("explain every status that a link can have", async () => {
    const link = (await pages()).find((page) => page.path === "resources/organizational_unit_link.md");
    const schema = provider.resources.find((each) => each.typeName === "cronofy_organizational_unit_link");
    const named = schema?.definition.schema["status"]?.options.description.match(/`[a-z]+`/g) ?? [];
    expect(named.length).toBeGreaterThan(1);
    for (const status of named) expect(link?.markdown).toMatch(new RegExp(`^\\| ${status} +\\| \\S`, "m"));
  });
});
