import { readFileSync } from "node:fs";
import path from "node:path";

const page = readFileSync(path.resolve("docs/security.md"), "utf8");

describe("the page on security", () => {
  const shown = page.split("\n").flatMap((line) => {
    const [, file = "", rest = ""] = /`(test\/[\w/.-]+)`: (.*)\|$/.exec(line) ?? [];
    return file === "" ? [] : [[file, [...rest.matchAll(/"([^"]+)"/g)].map(([, title]) => title as string)] as const];
  });

  it("names a test that exists for each thing that is defended", () => {
    expect(shown.length).toBeGreaterThan(20);
    for (const [file, titles] of shown) {
      const test = readFileSync(path.resolve(file), "utf8");
      expect(titles).not.toEqual([]);
      expect(titles.filter((title) => !test.includes(title))).toEqual([]);
    }
  });

  it("counts and justifies the dependencies that there are", () => {
    const { packages } = JSON.parse(readFileSync(path.resolve("package-lock.json"), "utf8")) as {
      packages: Record<
        string,
        { dependencies?: Record<string, string>; integrity?: string; dev?: boolean; [key: string]: unknown }
      >;
    };
    const { "": own, ...others } = packages;
    const direct = Object.keys(own?.dependencies ?? {});
    const rows = page.split("## Dependencies")[1] ?? "";
    expect([...rows.matchAll(/^\| `([^`]+)` /gm)].map(([, name]) => name)).toEqual(direct);
    const runtime = Object.entries(others).filter(([, { dev, devOptional, peer }]) => !dev && !devOptional && !peer);
    expect(page).toContain(`${direct.length} direct dependencies, ${runtime.length} packages in the whole tree`);
    expect(runtime.filter(([, { integrity }]) => !integrity?.startsWith("sha512-"))).toEqual([]);
    expect(runtime.filter(([, each]) => each["hasInstallScript"]).map(([name]) => name)).toEqual([
      "node_modules/protobufjs",
    ]);
  });
});
