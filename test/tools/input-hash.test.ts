import { mkdir, mkdtemp, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { inputHash } from "../../tools/input-hash";

describe("inputHash", () => {
  let root: string;

  beforeEach(async () => {
    root = await mkdtemp(path.join(tmpdir(), "input-hash-"));
    await mkdir(path.join(root, "src", "deep"), { recursive: true });
    await writeFile(path.join(root, "src", "deep", "a.ts"), "a");
    await writeFile(path.join(root, "lock.json"), "{}");
  });

  afterEach(() => rm(root, { recursive: true }));

  const hash = (words?: string[]) => inputHash(root, ["src", "lock.json"], words);

  it("stays the same while nothing changes", async () => {
    expect(await hash(["--flag"])).toBe(await hash(["--flag"]));
  });

  it.each<[string, () => Promise<unknown>]>([
    ["a file changes", () => writeFile(path.join(root, "src", "deep", "a.ts"), "b")],
    ["a file comes", () => writeFile(path.join(root, "src", "b.ts"), "")],
    ["a file goes", () => rm(path.join(root, "src", "deep", "a.ts"))],
    ["a file is renamed", () => rename(path.join(root, "src", "deep", "a.ts"), path.join(root, "src", "deep", "b.ts"))],
    ["a single file changes", () => writeFile(path.join(root, "lock.json"), "[]")],
  ])("changes when %s", async (_, change) => {
    const before = await hash();
    await change();
    expect(await hash()).not.toBe(before);
  });

  it("changes with the words", async () => {
    expect(await hash(["--minify"])).not.toBe(await hash([]));
  });

  it("fails when an input is missing", async () => {
    await expect(inputHash(root, ["none"])).rejects.toThrow("ENOENT");
  });
});
