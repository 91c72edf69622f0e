import { createHash } from "node:crypto";
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { strFromU8, unzipSync } from "fflate";
import { releaseProvider } from "../../../src/plugin/build/release";
import { standInProject } from "./stand-in-project";

const NAME = "terraform-provider-notes_1.2.3";

describe("a release", () => {
  const folders: string[] = [];
  let out: string;

  const released = async (release: Partial<Parameters<typeof releaseProvider>[0]> = {}): Promise<string> => {
    const folder = mkdtempSync(path.join(tmpdir(), "release-"));
    folders.push(folder);
    standInProject(folder);
    await releaseProvider({ folder, entry: "main.ts", version: "1.2.3", out: "release", ...release });
    return path.join(folder, "release");
  };
  const content = (name: string) => readFileSync(path.join(out, `${NAME}_${name}`));
  const unzipped = (target: string) => unzipSync(content(`${target}.zip`));

  beforeAll(async () => {
    process.env["SOURCE_DATE_EPOCH"] = "1700000000";
    out = await released();
  });
  afterAll(() => {
    delete process.env["SOURCE_DATE_EPOCH"];
    for (const each of folders) rmSync(each, { recursive: true });
  });

  it("is all that Terraform's registry takes, with sums of everything", () => {
    const files = ["freebsd_amd64.zip", "manifest.json", "sbom.cdx.json", "windows_amd64.zip"];
    const lines = files.map((file) => `${createHash("sha256").update(content(file)).digest("hex")}  ${NAME}_${file}\n`);
    expect(readdirSync(out).sort()).toEqual(["SHA256SUMS", ...files].map((file) => `${NAME}_${file}`));
    expect(content("SHA256SUMS").toString()).toBe(lines.join(""));
    expect(JSON.parse(content("manifest.json").toString())).toEqual({
      version: 1,
      metadata: { protocol_versions: ["6.0"] },
    });
  });

  it("has the executable in each zip, under the name that Terraform looks for, with what has to go with it", () => {
    const papers = ["LICENSE", "README.md", "THIRD_PARTY_NOTICES"];
    expect(Object.keys(unzipped("windows_amd64"))).toEqual(["terraform-provider-notes_v1.2.3.exe", ...papers]);
    expect(Object.keys(unzipped("freebsd_amd64"))).toEqual(["terraform-provider-notes_v1.2.3", ...papers]);
    const { "terraform-provider-notes_v1.2.3": executable, "README.md": readme } = unzipped("freebsd_amd64");
    expect(strFromU8(executable ?? new Uint8Array())).toBe("notes for bun-freebsd-x64\n");
    expect(strFromU8(readme ?? new Uint8Array())).toContain("registry.terraform.io/example/notes");
  });

  it("lets the executable be executed, and says the same of itself in every time zone", () => {
    const zip = content("freebsd_amd64.zip");
    const entries: { name: string; mode: string; time: string }[] = [];
    for (let at = zip.indexOf("PK\x01\x02"); at >= 0; at = zip.indexOf("PK\x01\x02", at + 46)) {
      const [time, date] = [zip.readUInt16LE(at + 12), zip.readUInt16LE(at + 14)];
      entries.push({
        name: zip.toString("latin1", at + 46, at + 46 + zip.readUInt16LE(at + 28)),
        mode: zip.readUInt16LE(at + 40).toString(8),
        time: `${1980 + (date >> 9)}-${(date >> 5) & 15}-${date & 31} ${time >> 11}:${(time >> 5) & 63}`,
      });
    }
    const time = "2023-11-14 12:0";
    expect(entries).toEqual([
      { name: "terraform-provider-notes_v1.2.3", mode: "100755", time },
      ...["LICENSE", "README.md", "THIRD_PARTY_NOTICES"].map((name) => ({ name, mode: "100644", time })),
    ]);
  });

  it("is the same from another folder", async () => {
    const other = await released();
    for (const file of readdirSync(out)) {
      expect(readFileSync(path.join(other, file)).equals(readFileSync(path.join(out, file)))).toBe(true);
    }
  });

  it("takes the place of an earlier one, and leaves alone what else lies there", async () => {
    const other = await released({ targets: ["windows_amd64"] });
    writeFileSync(path.join(other, "terraform-provider-notes_1.2.2_windows_amd64.zip"), "");
    writeFileSync(path.join(other, "notes.txt"), "");
    const folder = path.dirname(other);
    await releaseProvider({ folder, entry: "main.ts", version: "1.3.0", targets: ["windows_amd64"], out: "release" });
    const files = ["SHA256SUMS", "manifest.json", "sbom.cdx.json", "windows_amd64.zip"];
    const expected = ["notes.txt", ...files.map((file) => `terraform-provider-notes_1.3.0_${file}`)];
    expect(readdirSync(other).sort()).toEqual(expected);
  });

  it("names in its bill of materials what is in it, and the licence of each", () => {
    const bill = JSON.parse(content("sbom.cdx.json").toString()) as { metadata: object; components: object[] };
    expect(bill.metadata).toEqual({
      timestamp: "2023-11-14T22:13:20.000Z",
      component: expect.objectContaining({ name: "terraform-provider-notes", version: "1.2.3" }) as object,
    });
    const licensed = (name: string, license: object) =>
      expect.objectContaining({ name, licenses: [license] }) as object;
    expect(bill.components).toEqual([
      {
        ...{ "bom-ref": "pkg:npm/%40scope/one@1.0.0", purl: "pkg:npm/%40scope/one@1.0.0", type: "library" },
        ...{ group: "@scope", name: "one", version: "1.0.0", licenses: [{ expression: "MIT OR Apache-2.0" }] },
      },
      { "bom-ref": "pkg:npm/five@1.0.0", purl: "pkg:npm/five@1.0.0", type: "library", name: "five", version: "1.0.0" },
      licensed("four", { expression: "MIT" }),
      licensed("three", { license: { name: "SEE LICENSE IN terms.txt" } }),
      licensed("two", { expression: "ISC" }),
      expect.objectContaining({
        ...{ name: "Bun", type: "platform", version: "1.4.5" },
        components: [
          expect.objectContaining({ name: "JavaScriptCore", version: "ab12" }),
          expect.objectContaining({ name: "TinyCC", version: "cd34" }),
        ],
      }),
    ]);
  });

  it("passes on the licences of what is in it", () => {
    const notices = strFromU8(unzipped("windows_amd64")["THIRD_PARTY_NOTICES"] ?? new Uint8Array());
    for (const text of [
      "@scope/one 1.0.0 ((MIT OR Apache-2.0))\n\nOne's own licence.\n\nOne's notice.\n\n---",
      "two 1.0.0 (ISC)\n\nTwo's own licence.\n",
      "three 1.0.0 (SEE LICENSE IN terms.txt)\n\nThe package holds no text of its licence.\n\n---",
      "four 1.0.0 (MIT)\n\nFour's own licence.\n\n---",
      "five 1.0.0 (no licence named)\n",
      "https://github.com/oven-sh/webkit/tree/ab12\n",
    ]) {
      expect(notices).toContain(text);
    }
    expect(notices).not.toContain("To all.");
  });

  it("says what keeps it from being made", async () => {
    await expect(released({ targets: ["plan9_amd64"] })).rejects.toThrow(/does not compile for plan9_amd64; .*freebsd/);
    process.env["SOURCE_DATE_EPOCH"] = "yesterday";
    await expect(released()).rejects.toThrow('SOURCE_DATE_EPOCH is "yesterday", and not a number of seconds.');
  });
});
