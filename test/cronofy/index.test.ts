import { spawnSync } from "node:child_process";
import path from "node:path";
import { inspect } from "node:util";
import { DATA_CENTERS, Secret, dataCenter, isDataCenterId } from "../../src/cronofy";

describe("data centers", () => {
  it("are the six of the documentation, of which the United States have no suffix", () => {
    expect(DATA_CENTERS.map(({ id, apiUrl, appUrl }) => [id, apiUrl, appUrl])).toEqual([
      ...["au", "ca", "de", "sg", "uk"].map((id) => [
        id,
        `https://api-${id}.cronofy.com`,
        `https://app-${id}.cronofy.com`,
      ]),
      ["us", "https://api.cronofy.com", "https://app.cronofy.com"],
    ]);
    expect(dataCenter("sg").country).toBe("Singapore");
    expect(["us", "US", "eu", "", "toString"].map(isDataCenterId)).toEqual([true, false, false, false, false]);
  });
});

describe("the index of the room", () => {
  it("loads neither axios nor any other package", () => {
    const index = path.resolve(__dirname, "../../src/cronofy/index.ts");
    const script = `require(${JSON.stringify(index)}); console.log(Object.keys(require.cache).join("\\n"))`;
    const { stdout } = spawnSync(process.execPath, ["--require", "tsx/cjs", "--eval", script], { encoding: "utf8" });
    expect(stdout).toContain("cronofy-client.ts");
    expect(stdout).not.toMatch(/node_modules.(axios|follow-redirects|form-data)/);
  });
});

describe("Secret", () => {
  it("shows itself only when asked to", () => {
    const secret = new Secret("hidden");
    expect(secret.reveal()).toBe("hidden");
    const shown = [`${secret.toString()}`, JSON.stringify({ secret }), inspect({ secret }, { showHidden: true })];
    expect(shown).toEqual(["***", '{"secret":"***"}', "{ secret: *** }"]);
  });
});
