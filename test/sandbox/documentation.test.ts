import { readFileSync } from "node:fs";
import { assumptionsMarkdown, DEFAULT_ASSUMPTIONS, parseSeedFile } from "../../src/sandbox";
import { CONTROLS } from "../../src/sandbox/controls/controls";
import type { FaultSeed } from "../../src/sandbox";
import { withSandbox } from "./support";

const PAGE = readFileSync("docs/sandbox.md", "utf8");

/** What the admin API's table says: a route, and a body that it takes. */
const ROWS = [...PAGE.matchAll(/^\| `(GET|POST|DELETE) (\/[\w/:]+)` +\| (?:`(\{.+?\})`)? +\|/gm)]
  .map(([, method = "", path = "", body]) => ({ method, path, body }))
  .filter(({ path }) => !/^\/(v1|oauth|organizational)/.test(path));

const JSON_BLOCKS = [...PAGE.matchAll(/```json\n([\s\S]+?)```/g)].map(([, json = ""]) => json);

describe("docs/sandbox.md", () => {
  it("has every route of the admin API", () => {
    const routes = Object.values(CONTROLS).map(({ method, path }) => `${method} ${path}`);
    expect(routes.length).toBeGreaterThan(15);
    expect([...new Set(ROWS.map(({ method, path }) => `${method} ${path}`))].sort()).toEqual(routes.sort());
  });

  it("has bodies that the admin API takes, one after the other", () =>
    withSandbox({}, async (sandbox) => {
      const first = await sandbox.link();
      let snapshot = "";
      for (const { method, path, body } of ROWS) {
        const filled = body
          ?.replaceAll("<URL>", path === "/authorize" ? await sandbox.authorizationUrl() : "")
          .replaceAll("<service account>", sandbox.acme)
          .replaceAll("<unit>", first.sub ?? "");
        const response = await sandbox.admin(
          method,
          path.replace(":id", snapshot),
          filled === undefined ? undefined : (JSON.parse(filled) as unknown),
        );
        expect([path, body, response.status, response.ok ? "" : await response.text()]).toEqual([
          path,
          body,
          response.status,
          "",
        ]);
        if (response.status === 201 && path === "/snapshots") {
          snapshot = ((await response.json()) as { snapshot_id: string }).snapshot_id;
        }
      }
    }));

  it("has a seed file and faults that a sandbox takes", () => {
    const [seedFile = "", faults = ""] = JSON_BLOCKS;
    const options = parseSeedFile(seedFile);
    return withSandbox({ ...options, faults: JSON.parse(faults) as FaultSeed[] }, async (sandbox) => {
      expect(await (await sandbox.admin("GET", "/faults")).json()).toHaveLength(6);
    });
  });
});

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
