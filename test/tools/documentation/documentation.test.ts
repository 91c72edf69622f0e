import { mkdir, mkdtemp, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { documentation } from "../../../tools/generators/documentation/documentation";

describe("the generator of the documentation", () => {
  let root: string;
  let scratch: string;

  beforeEach(async () => {
    root = await mkdtemp(path.join(tmpdir(), "documentation-"));
    scratch = path.join(root, "scratch");
    await mkdir(scratch);
  });

  afterEach(() => rm(root, { recursive: true }));

  const failure = () =>
    documentation.generate(root, scratch).then(
      () => "",
      (error: unknown) => (error as Error).message,
    );

  it("fails with the name of every example that is missing, and writes nothing", async () => {
    const message = await failure();
    expect(message).toContain("\n  examples/provider/provider.tf is missing");
    expect(message).toContain("\n  examples/functions/data_center/function.tf is missing");
    expect(await readdir(scratch)).toEqual([]);
  });

  it("writes a page for each part once they are all there", async () => {
    const missing = [...(await failure()).matchAll(/^ {2}(\S+) is missing/gm)].map(([, file]) => file as string);
    for (const file of missing) {
      await mkdir(path.dirname(path.join(root, file)), { recursive: true });
      await writeFile(path.join(root, file), "# An example.\n");
    }
    expect(await documentation.generate(root, scratch)).toBe(scratch);
    const files = (await readdir(scratch, { recursive: true })).filter((file) => file.endsWith(".md"));
    expect(files).toEqual(expect.arrayContaining(["index.md", "resources/organizational_unit_link.md"]));
    expect(await readFile(path.join(scratch, "functions", "data_center.md"), "utf8")).toContain("\n# An example.\n");
  });
});
