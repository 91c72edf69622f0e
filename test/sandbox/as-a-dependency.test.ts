import { execFile } from "node:child_process";
import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);

/** What a test of another project may look like; the compiler holds its types to what is published. */
const TYPESCRIPT = `
import { createSandbox } from "terraform-provider-cronofy/sandbox";
import type { FaultSeed, Sandbox } from "terraform-provider-cronofy/sandbox";

const sandbox: Sandbox = createSandbox({ seed: "s", assumptions: { rotatesRefreshTokens: false } });
const fault: FaultSeed = { path: "/v1/*", status: 503 };
sandbox.controls.addFault(fault);
// @ts-expect-error There is no such assumption.
createSandbox({ assumptions: { rotates: true } });
const response: Response = await sandbox.fetch("https://api.cronofy.com/v1/userinfo");
const running = await sandbox.listen();
const listening = await fetch(running.api_url + "/v1/userinfo");
await running.close();
console.log(JSON.stringify([response.status, listening.status, sandbox.controls.requests().length]));
`;

const COMMONJS = `
const { createSandbox } = require("terraform-provider-cronofy/sandbox");
const sandbox = createSandbox({ seed: "s" });
sandbox.api(new Request("http://localhost/v1/userinfo")).then(({ status }) => console.log(status));
`;

describe("the sandbox in another project", () => {
  let project: string;

  beforeAll(async () => {
    project = await mkdtemp(path.join(os.tmpdir(), "ou-link-dependent-"));
    await mkdir(path.join(project, "node_modules"));
    await symlink(path.resolve("."), path.join(project, "node_modules", "terraform-provider-cronofy"), "dir");
    await writeFile(path.join(project, "package.json"), JSON.stringify({ private: true }));
  });

  afterAll(() => rm(project, { recursive: true, force: true }));

  it("is typed, and runs as an ES module", async () => {
    await writeFile(path.join(project, "sandbox.test.mts"), TYPESCRIPT);
    const options = ["--module", "nodenext", "--target", "es2022", "--strict", "--skipLibCheck"];
    const tsc = path.resolve("node_modules/typescript/bin/tsc");
    await run(process.execPath, [tsc, ...options, "sandbox.test.mts"], { cwd: project }).catch(
      ({ stdout }: { stdout: string }) => {
        throw new Error(stdout);
      },
    );
    const { stdout } = await run(process.execPath, ["sandbox.test.mjs"], { cwd: project });
    expect(JSON.parse(stdout)).toEqual([503, 401, 2]);
  });

  it("is required by CommonJS", async () => {
    await writeFile(path.join(project, "sandbox.test.cjs"), COMMONJS);
    const { stdout } = await run(process.execPath, ["sandbox.test.cjs"], { cwd: project });
    expect(stdout).toBe("401\n");
  });
});
