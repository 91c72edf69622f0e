import { mkdtemp, readdir, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { FileLinkStore, signOAuthState } from "../../src/link-store";
import { Secret } from "../../src/cronofy";
import { VERSION } from "../../src/provider/address";
import { ouLinkHere } from "./ou-link-here";
import { ouLink, startOuLink } from "./ou-link-process";
import type { OuLinkProcess } from "./ou-link-process";

describe("ou-link", () => {
  let folder: string;
  const running: OuLinkProcess[] = [];

  beforeEach(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), "ou-link-cli-"));
  });

  afterEach(async () => {
    for (const each of running) each.kill("SIGKILL");
    await Promise.all(running.splice(0).map(({ ended }) => ended));
    await rm(folder, { recursive: true });
  });

  function start(args: readonly string[], env?: Readonly<Record<string, string>>): OuLinkProcess {
    const started = startOuLink(args, env);
    running.push(started);
    return started;
  }

  async function startSandbox() {
    const sandbox = start(["sandbox", "--port", "0", "--json"]);
    const told = JSON.parse(await sandbox.nextLine()) as Record<string, string> & {
      service_accounts: { service_account_id: string }[];
    };
    return { sandbox, told };
  }

  describe("on its own", () => {
    it("tells its version", async () => {
      expect(await ouLink(["--version"])).toEqual({ exitCode: 0, stdout: `${VERSION}\n`, stderr: "" });
    });

    it.each([[["--help"]], [["sandbox", "--help"]], [["serve", "--help"]], [["install", "--help"]]])(
      "explains %j with examples",
      async (args) => {
        const { exitCode, stdout, stderr } = await ouLink(args);
        expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
        expect(stdout).toMatch(/Examples:\n {2}# .+\n {2}\$ ou-link /);
      },
    );

    it.each([
      [[], "Usage: ou-link"],
      [["frobnicate"], "ou-link: unknown command 'frobnicate'\nRun \"ou-link --help\""],
      [["serve", "--frobnicate"], "ou-link: unknown option '--frobnicate'\nRun \"ou-link serve --help\""],
      [["serve", "--port", "65536"], "Give a whole number from 0 to 65535."],
      [["sandbox", "--port", "65534"], "Give a whole number from 0 to 65533."],
      [["sandbox", "--port", "1e3"], "Give a whole number from 0 to 65533."],
    ])("answers %j on standard error, with exit code 2", async (args, message) => {
      const { exitCode, stdout, stderr } = await ouLink(args);
      expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: "" });
      expect(stderr).toContain(message);
    });
  });

  describe("sandbox", () => {
    it("prints one line of JSON first and serves until SIGTERM", async () => {
      const { sandbox, told } = await startSandbox();
      expect(Object.keys(told)).toEqual([
        "api_url",
        "app_url",
        "admin_url",
        "client_id",
        "client_secret",
        "service_accounts",
      ]);
      expect(told.service_accounts[0]?.service_account_id).toMatch(/^ser_[0-9a-f]{24}$/);
      expect((await fetch(`${told["admin_url"]}/requests`)).status).toBe(200);
      sandbox.kill("SIGTERM");
      expect(await sandbox.ended).toMatchObject({ exitCode: 0, stderr: "" });
    });

    it("tells a person what to configure, and ends at Ctrl-C", async () => {
      const sandbox = start(["sandbox"]);
      let text = "";
      while (!text.includes("Ctrl+C")) text += `${await sandbox.nextLine()}\n`;
      expect(text).toMatch(/^ {2}export CRONOFY_API_URL=http:\/\/127\.0\.0\.1:\d+$/m);
      expect(text).toMatch(/^ {2}ser_[0-9a-f]{24} {2}\S+$/m);
      sandbox.kill("SIGINT");
      expect(await sandbox.ended).toMatchObject({ exitCode: 0, stderr: "" });
    });

    it("gives the same service accounts for the same seed", async () => {
      const accounts = async () => {
        const line = await start(["sandbox", "--json", "--seed", "1"]).nextLine();
        return (JSON.parse(line) as { service_accounts: unknown }).service_accounts;
      };
      expect(await accounts()).toEqual(await accounts());
    });

    it("names the port that it cannot have", async () => {
      const { told } = await startSandbox();
      const { port } = new URL(told["api_url"] ?? "");
      const { exitCode, stderr } = await ouLink(["sandbox", "--port", port]);
      expect(exitCode).toBe(1);
      expect(stderr).toContain(`ou-link: The sandbox cannot listen on port ${port}`);
      expect(stderr).not.toMatch(/^ +at /m);
    });
  });

  describe("serve", () => {
    it("takes an administrator through the sandbox to a stored authorization", async () => {
      const { told } = await startSandbox();
      const storeFile = path.join(folder, "links");
      const secret = told["client_secret"] ?? "";
      const service = start(["serve", "--port", "0", "--json", "--store-file", storeFile], {
        CRONOFY_CLIENT_ID: told["client_id"] ?? "",
        CRONOFY_CLIENT_SECRET: secret,
        CRONOFY_DATA_CENTER: "us",
        CRONOFY_API_URL: told["api_url"] ?? "",
        CRONOFY_APP_URL: told["app_url"] ?? "",
      });
      const { url, callback_url: callbackUrl } = JSON.parse(await service.nextLine()) as Record<string, string>;
      expect(callbackUrl).toBe(`${url}/callback`);

      const serviceAccountId = told.service_accounts[0]?.service_account_id ?? "";
      const link = { dataCenter: "us", clientId: told["client_id"] ?? "", serviceAccountId } as const;
      const state = await signOAuthState({ ...link, redirectUri: callbackUrl ?? "" }, new Secret(secret));
      const minted = await post(`${told["api_url"]}/v1/organizational_unit_authorization_link_tokens`, secret, {
        service_account_id: serviceAccountId,
      });
      const token = (minted["organizational_unit_authorization_link_token"] as Record<string, string>)["ou_link_token"];
      const authorizationUrl = new URL("/organizational_unit_oauth", told["app_url"]);
      for (const [name, value] of [
        ["response_type", "code"],
        ["client_id", link.clientId],
        ["redirect_uri", callbackUrl],
        ["state", state],
        ["scope", "organizational_unit_use_integrations"],
        ["capabilities[]", "conferencing"],
        ["ou_link_token", token],
      ]) {
        authorizationUrl.searchParams.set(name ?? "", value ?? "");
      }
      const { redirect_to: returnTo } = await post(`${told["admin_url"]}/authorize`, "", {
        authorization_url: authorizationUrl.href,
        conferencing_provider_name: "zoom_enterprise",
      });

      const response = await fetch(returnTo as string);
      expect(response.status).toBe(200);
      expect(await response.text()).toContain("Conferencing is linked");
      expect(await new FileLinkStore(storeFile).read(link)).toMatchObject({
        ...link,
        authorization: { refusedAt: null },
      });

      service.kill("SIGTERM");
      const { exitCode, stdout, stderr } = await service.ended;
      expect(exitCode).toBe(0);
      expect(stderr).toMatch(/^\S+Z GET \/callback 200 \d+ms outcome=linked link=us\/ser_\w+ reference=\w{8}\n$/);
      const code = new URL(returnTo as string).searchParams.get("code") ?? "";
      for (const hidden of [secret, state, code]) expect(stdout + stderr).not.toContain(hidden);
    });

    it("names all that is missing or wrong at once", async () => {
      const { exitCode, stdout, stderr } = await ouLink(["serve", "--data-center", "xx", "--host", "0.0.0.0"], {
        CRONOFY_API_URL: "http://api.example.com",
        CRONOFY_CLIENT_SECRET: "",
      });
      expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: "" });
      for (const name of [
        "CRONOFY_CLIENT_ID",
        "CRONOFY_CLIENT_SECRET",
        "CRONOFY_DATA_CENTER",
        "CRONOFY_API_URL",
        "OU_LINK_STORE_FILE",
        "--public-url",
      ]) {
        expect(stderr).toContain(name);
      }
    });

    it("prefers flags to the environment and derives the redirect URI from the public address", async () => {
      const service = start(
        ["serve", "--port", "0", "--json", "--host", "127.0.0.1", "--public-url", "https://links.example.com"],
        {
          CRONOFY_CLIENT_ID: "client-1",
          CRONOFY_CLIENT_SECRET: "client-secret-in-clear",
          OU_LINK_STORE_FILE: path.join(folder, "links"),
          OU_LINK_PUBLIC_URL: "https://other.example.com",
        },
      );
      expect(JSON.parse(await service.nextLine())).toEqual({
        url: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/) as string,
        callback_url: "https://links.example.com/callback",
      });
      expect(await readdir(folder)).toEqual([]);
    });
  });
});

async function post(url: string, bearer: string, body: unknown): Promise<Record<string, unknown>> {
  const response = await fetch(url, {
    method: "POST",
    headers: { Authorization: `Bearer ${bearer}`, "Content-Type": "application/json" },
    body: JSON.stringify(body),
  });
  return (await response.json()) as Record<string, unknown>;
}

const COMMANDS = "init sandbox doctor serve authorize redeem status remind drift store install completion".split(" ");

describe("each command of ou-link", () => {
  it.each(COMMANDS)("helps with %s by examples", async (command) => {
    const { exitCode, stdout, stderr } = await ouLinkHere([command, "--help"]);
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
    expect(stdout).toMatch(/\nExamples:\n {2}# \S.*\n {2}\$ .*ou-link/);
  });

  it("lists all of them, and what its exit codes mean", async () => {
    const { stdout } = await ouLinkHere(["--help"]);
    for (const command of COMMANDS) expect(stdout).toMatch(new RegExp(`^ {2}${command} `, "m"));
    expect(stdout).toContain("Exit codes: 0 done, 1 failed, 2 wrong command line or configuration.");
  });

  it("tells of errors even when told to be quiet, but not to be quiet and verbose at once", async () => {
    const quiet = await ouLinkHere(["status", "no-such-folder", "--quiet"]);
    expect(quiet).toMatchObject({ exitCode: 1, stdout: "" });
    expect(quiet.stderr).toContain("There is nothing to read at no-such-folder: ENOENT.\n  Name a folder");
    expect(await ouLinkHere(["--quiet", "--verbose", "status"])).toMatchObject({ exitCode: 2, stdout: "" });
  });
});
