import { readFileSync } from "node:fs";
import { parseSeedFile } from "../../src/sandbox";
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
    const source = readFileSync("src/sandbox/admin-host.ts", "utf8");
    const routes = [...source.matchAll(/\.(get|post|delete)\("(\/\w[^"]*)"/g)].map(
      ([, method = "", path = ""]) => `${method.toUpperCase()} ${path}`,
    );
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
