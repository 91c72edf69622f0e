import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { ouLink, startOuLink } from "./ou-link-process";

describe("ou-link sandbox --seed-file", () => {
  let folder: string;
  beforeAll(async () => (folder = await mkdtemp(path.join(tmpdir(), "sandbox-command-"))));
  afterAll(() => rm(folder, { recursive: true, force: true }));

  async function seedFile(text: string): Promise<string> {
    const file = path.join(folder, "state.json");
    await writeFile(file, text);
    return file;
  }

  it("begins with what the file says, and shows it on the console", async () => {
    const file = await seedFile(
      JSON.stringify({
        client_id: "hire_and_co",
        service_accounts: [{ service_account_id: "ser_1", email: "calendars@acme.example" }],
        links: [{ service_account_id: "ser_1", conferencing_provider_name: "ms_teams" }],
      }),
    );
    const sandbox = startOuLink(["sandbox", "--json", "--seed-file", file]);
    try {
      const told = JSON.parse(await sandbox.nextLine()) as Record<string, string>;
      expect(told).toMatchObject({
        client_id: "hire_and_co",
        service_accounts: [{ service_account_id: "ser_1", email: "calendars@acme.example", domain: "acme.example" }],
      });
      const page = await (await fetch(told["admin_url"] ?? "")).text();
      expect(page).toContain("ms_teams");
    } finally {
      sandbox.kill("SIGTERM");
      expect(await sandbox.ended).toMatchObject({ exitCode: 0, stderr: "" });
    }
  });

  it("says in which places of the file what is wrong, without its secrets", async () => {
    const file = await seedFile('{"client_secret":"hunter2 hunter2","service_accounts":[{"email":"nobody"}]}');
    const { exitCode, stdout, stderr } = await ouLink(["sandbox", "--seed-file", file]);
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: "" });
    expect(stderr).toContain(`ou-link: The seed file ${file} cannot be used.`);
    expect(stderr).toContain("  service_accounts[0].email: is no e-mail address\n");
    expect(stderr).toContain("  client_secret: ");
    expect(stderr).not.toContain("hunter2");
    expect(stderr).not.toMatch(/^ +at /m);
  });

  it("names a file that is not there", async () => {
    const file = path.join(folder, "nothing.json");
    const { exitCode, stderr } = await ouLink(["sandbox", "--seed-file", file]);
    expect(exitCode).toBe(1);
    expect(stderr).toBe(`ou-link: The seed file ${file} cannot be read: there is no such file.\n  Name a JSON file.\n`);
  });
});
