import { mkdtemp, readdir, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { FileLinkStore, endedRecord, openLink, signOAuthState } from "../../src/link-store";
import { redeemRequest } from "../../src/cli/redeem-request";
import { Secret } from "../../src/cronofy";
import { LinkSandbox } from "./link-sandbox";
import { ouLink } from "./ou-link-process";
import type { Ended } from "./ou-link-process";

const REDIRECT_URI = "https://example.com/callback";

describe("ou-link redeem", () => {
  let folder: string;
  let sandbox: LinkSandbox;

  beforeAll(async () => {
    sandbox = await LinkSandbox.start();
  });

  afterAll(() => sandbox.close());

  beforeEach(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), "ou-link-redeem-"));
  });

  afterEach(() => rm(folder, { recursive: true }));

  function redeem(input: string, args: readonly string[] = [], env: Record<string, string> = {}): Promise<Ended> {
    return ouLink(["redeem", ...args], { ...sandbox.env, OU_LINK_STORE_FILE: folder, ...env }, input);
  }

  const link = () => ({
    dataCenter: "us" as const,
    clientId: sandbox.env["CRONOFY_CLIENT_ID"] ?? "",
    serviceAccountId: sandbox.serviceAccountId,
  });

  const signState = (secret = sandbox.env["CRONOFY_CLIENT_SECRET"] ?? "") =>
    signOAuthState(
      { ...link(), redirectUri: REDIRECT_URI, conferencingProviderName: "zoom_enterprise" },
      new Secret(secret),
    );

  /** The address with which a browser came back. */
  async function callback(state: string, decision: "approve" | "refuse" = "approve"): Promise<string> {
    return sandbox.decide(await sandbox.authorizationUrl(REDIRECT_URI, state), decision);
  }

  const stored = () => new FileLinkStore(folder).read(link());

  const target = () => ["--service-account", sandbox.serviceAccountId, "--redirect-uri", REDIRECT_URI];

  it("takes an address with a signed state, and needs nothing else", async () => {
    const url = await callback(await signState());
    const { exitCode, stdout, stderr } = await redeem(`\n  ${url}  \n`);
    expect(stdout).toMatch(/^ser_\w+ is linked to \w+\. It is stored in /);
    expect(exitCode).toBe(0);
    expect(await stored()).toMatchObject({
      ...link(),
      authorization: { redirectUri: REDIRECT_URI, conferencingProviderName: "zoom_enterprise" },
    });
    const code = new URL(url).searchParams.get("code") ?? "";
    for (const secret of [code, sandbox.env["CRONOFY_CLIENT_SECRET"]]) expect(stdout + stderr).not.toContain(secret);
  });

  it("takes a code alone, with what it is for on the command line", async () => {
    const code = new URL(await callback("their-own")).searchParams.get("code") ?? "";
    const { exitCode, stdout } = await redeem(code, [...target(), "--json"]);
    expect(exitCode).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ service_account_id: sandbox.serviceAccountId, data_center: "us" });
    expect(await stored()).toMatchObject({ ...link(), authorization: { conferencingProviderName: null } });
  });

  it("takes an address with a state of the application's own", async () => {
    const url = await callback("their-own");
    expect(await redeem(url)).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining("Give --service-account and --redirect-uri") as string,
    });
    expect(await redeem(url, target())).toMatchObject({ exitCode: 0 });
  });

  it("sends no code for a link that was ended, and says how to begin it anew", async () => {
    const store = new FileLinkStore(folder);
    await openLink(store, link());
    await store.locked(link(), async (record) => {
      const current = await record.current();
      if (current !== null) await record.write(endedRecord(current, "forget", new Date()));
    });
    const url = await callback(await signState());
    const { exitCode, stdout, stderr } = await redeem(url);
    expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: "" });
    expect(stderr).toContain("The link was ended before its administrator came back, so the code was not sent.\n");
    expect(stderr).toContain("ou-link authorize");
    await openLink(store, link());
    expect(await redeem(url)).toMatchObject({ exitCode: 0 });
  });

  it("says what to do with a code that was used before", async () => {
    const url = await callback(await signState());
    await redeem(url);
    const again = await redeem(url);
    expect(again.exitCode).toBe(1);
    expect(again.stderr).toContain("The same code came again; it was not sent again.\n");
    // Where nobody knows of that, Cronofy does.
    for (const name of await readdir(folder)) await rm(path.join(folder, name));
    const { exitCode, stderr } = await redeem(url);
    expect(exitCode).toBe(1);
    expect(stderr).toContain("Cronofy does not accept the code (invalid_grant).\n");
    expect(stderr).toContain("Send a new link");
  });

  it.each<[string, () => Promise<string>, string]>([
    ["nothing", () => Promise.resolve("\n"), "Nothing came on standard input."],
    ["a refusal", async () => callback(await signState(), "refuse"), "sent the administrator back with access_denied"],
    ["half an address", () => Promise.resolve(`${REDIRECT_URI}?state=x`), "it has neither code nor error"],
    ["a state of another secret", async () => callback(await signState("other")), "signature does not hold"],
    ["words", () => Promise.resolve("the code is 123"), "neither a code nor an address"],
    ["far too much", () => Promise.resolve("x".repeat(100_000)), "too long"],
  ])("stores nothing where it is given %s", async (_, input, message) => {
    const { exitCode, stdout, stderr } = await redeem(await input());
    expect({ exitCode: exitCode === 0, stdout }).toEqual({ exitCode: false, stdout: "" });
    expect(stderr).toContain(message);
    expect(stderr).not.toMatch(/^ +at /m);
    expect(await readdir(folder)).toEqual([]);
  });

  it.each([
    ["service account", ["--service-account", "ser_other"], {}, "the service account is"],
    ["redirect URI", ["--redirect-uri", "https://example.com/callback/"], {}, "the redirect URI is"],
    ["data center", [], { CRONOFY_DATA_CENTER: "de" }, "link secret, data center, client id"],
    ["client id", [], { CRONOFY_CLIENT_ID: "another" }, "link secret, data center, client id"],
  ])("sends no code where the signed state is for another %s", async (_name, args, env, message) => {
    const url = await callback(await signState());
    const { exitCode, stderr } = await redeem(url, args, env);
    expect(exitCode).toBe(2);
    expect(stderr).toContain(message);
    expect(await redeem(url)).toMatchObject({ exitCode: 0 });
  });

  it.each([
    ["https://example.com/callback", "https://example.com/callback?code=c&state=STATE"],
    [
      "https://example.com/callback?tenant=a%20b&x",
      "https://example.com/callback?tenant=a%20b&x&state=STATE&code=c#top",
    ],
    ["https://example.com", "https://example.com/?code=c&state=STATE"],
    ["https://example.com/", "https://example.com/?code=c&state=STATE"],
    ["https://example.com?x=1", "https://example.com/?x=1&code=c&state=STATE"],
  ])("finds the redirect URI %s in the address %s, for which the state was signed", async (redirectUri, address) => {
    const linkSecret = new Secret("link-secret");
    const state = await signOAuthState({ ...link(), redirectUri }, linkSecret);
    const application = { ...link(), clientSecret: linkSecret, linkSecret, store: { file: folder } };
    expect(await redeemRequest(address.replace("STATE", state), {}, application)).toMatchObject({
      link: link(),
      redirectUri,
    });
    // The state of another address says nothing of this one.
    const elsewhere = await signOAuthState({ ...link(), redirectUri: "https://example.com/elsewhere" }, linkSecret);
    await expect(redeemRequest(address.replace("STATE", elsewhere), {}, application)).rejects.toThrow("signature");
  });

  it("takes no code from the command line", async () => {
    expect(await redeem("", ["some-code"])).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining("too many arguments") as string,
    });
  });
});
