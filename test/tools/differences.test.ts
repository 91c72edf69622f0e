import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { differences } from "../../tools/differences";

describe("differences", () => {
  let folder: string;

  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), "differences-"));
  });

  afterEach(() => rm(folder, { recursive: true }));

  async function place(name: string, files: Record<string, string>): Promise<string> {
    const root = path.join(folder, name);
    for (const [file, content] of Object.entries(files)) {
      await mkdir(path.dirname(path.join(root, file)), { recursive: true });
      await writeFile(path.join(root, file), content);
    }
    return root;
  }

  it("names what changed, came and went, at any depth", async () => {
    const left = await place("left", { "same.ts": "1", "deep/changed.ts": "1", "deep/gone.ts": "1" });
    const right = await place("right", { "same.ts": "1", "deep/changed.ts": "2", "new.ts": "1" });
    expect(await differences(left, right)).toEqual(["deep/changed.ts", "deep/gone.ts", "new.ts"]);
  });

  it("takes a folder that is not there for an empty one", async () => {
    const left = await place("left", { "a.ts": "1" });
    expect(await differences(left, path.join(folder, "none"))).toEqual(["a.ts"]);
  });
});
