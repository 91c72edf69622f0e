import { watch } from "node:fs";
import { chmod, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { FileLinkStore, declareLink, endLink } from "../../src/link-store";
import type { DeclareOptions, LinkKey } from "../../src/link-store";
import { Browser } from "../link-service/browser";
import { LinkSandbox } from "./link-sandbox";
import { ouLink, startOuLink } from "./ou-link-process";
import type { OuLinkProcess } from "./ou-link-process";

const ADDRESS = /^ {2}(http:\/\/127\.0\.0\.1:\d+\/invitations\/\S+)$/m;

describe("ou-link authorize", () => {
  let folder: string;
  let sandbox: LinkSandbox;
  let running: OuLinkProcess | undefined;

  beforeAll(async () => {
    sandbox = await LinkSandbox.start();
  });

  afterAll(() => sandbox.close());

  beforeEach(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), "ou-link-authorize-"));
  });

  afterEach(async () => {
    running?.kill("SIGKILL");
    await running?.ended;
    await rm(folder, { recursive: true });
  });

  const storeFile = () => path.join(folder, "links");

  function authorize(args: readonly string[] = [], env: Readonly<Record<string, string>> = {}): OuLinkProcess {
    running = startOuLink(["authorize", sandbox.serviceAccountId, "--store-file", storeFile(), ...args], {
      ...sandbox.env,
      ...env,
    });
    return running;
  }

  const link = (): LinkKey => ({
    dataCenter: "us",
    clientId: sandbox.env["CRONOFY_CLIENT_ID"] ?? "",
    serviceAccountId: sandbox.serviceAccountId,
  });

  /** How an apply declares the link. */
  const declared = (change: Partial<DeclareOptions> = {}): DeclareOptions => ({
    declaration: { id: "declaration-1", at: "2026-02-27T08:00:00.000Z", place: null },
    conferencingProviderName: null,
    asksAnew: false,
    now: new Date(),
    ...change,
  });

  /** Goes from the invitation to Cronofy. @returns the browser, and where Cronofy sends it. */
  async function goThrough(url: string, decision: "approve" | "refuse", provider?: string) {
    const browser = new Browser(fetch);
    const { location } = await browser.press(await browser.open(url));
    return { browser, back: await sandbox.decide(location ?? "", decision, provider) };
  }

  it("waits for the approval, answers the browser, stores and ends", async () => {
    const command = authorize(["--json", "--no-browser", "--conferencing-provider", "zoom_enterprise"]);
    const [, url = ""] = await command.said(ADDRESS);
    await command.said(/^Waiting until ser_\w+ is approved\. Press Ctrl\+C to stop …$/m);
    const { browser, back } = await goThrough(url, "approve");
    expect(await browser.open(back)).toMatchObject({ status: 200, title: "Conferencing is linked" });
    const { exitCode, stdout, stderr } = await command.ended;
    expect({ exitCode }).toEqual({ exitCode: 0 });
    expect(JSON.parse(stdout)).toEqual({
      service_account_id: sandbox.serviceAccountId,
      data_center: "us",
      organizational_unit_id: expect.stringMatching(/^\w+$/) as string,
      linked_at: expect.stringMatching(/Z$/) as string,
      newly_linked: true,
      store: expect.stringContaining(storeFile()) as string,
    });
    expect(stderr).not.toContain("\u001b");
    const record = await new FileLinkStore(storeFile()).read(link());
    expect(record).toMatchObject({
      declaration: null,
      authorization: { declarationId: null, conferencingProviderName: "zoom_enterprise" },
    });
    for (const secret of [sandbox.env["CRONOFY_CLIENT_SECRET"], record?.tokens?.refreshToken.reveal()]) {
      expect(stdout + stderr).not.toContain(secret);
    }
    expect(await authorize().ended).toMatchObject({
      exitCode: 0,
      stdout: expect.stringMatching(/^ser_\w+ has been linked since \S+ to \w+\. It is stored in /) as string,
    });
  });

  it("begins anew a link that was ended", async () => {
    const store = new FileLinkStore(storeFile());
    await declareLink(store, link(), declared());
    const end = { declarationId: "declaration-1", now: new Date() };
    await endLink(store, { revoke: () => Promise.resolve() }, link(), end);
    const command = authorize(["--no-browser"]);
    const [, url = ""] = await command.said(ADDRESS);
    const { browser, back } = await goThrough(url, "approve");
    await browser.open(back);
    expect(await command.ended).toMatchObject({ exitCode: 0 });
    expect(await store.look(link())).toMatchObject({ ended: null, authorization: { declarationId: null } });
  });

  it("authorizes for the declaration that awaits somebody, and asks for what that one wants", async () => {
    const store = new FileLinkStore(storeFile());
    const { lifeId } = (await declareLink(store, link(), declared({ conferencingProviderName: "ms_teams" }))).link;
    const command = authorize(["--no-browser"]);
    const [, url = ""] = await command.said(ADDRESS);
    const { browser, back } = await goThrough(url, "approve", "ms_teams");
    await browser.open(back);
    expect(await command.ended).toMatchObject({ exitCode: 0 });
    expect(await store.look(link())).toMatchObject({
      lifeId,
      awaited: null,
      authorization: { declarationId: "declaration-1", conferencingProviderName: "ms_teams" },
    });

    // Asked anew, as by a change of keepers: there is something to authorize although the link works.
    await declareLink(store, link(), declared({ asksAnew: true }));
    const again = authorize(["--no-browser"]);
    await again.said(ADDRESS);
    again.kill("SIGINT");
    expect(await again.ended).toMatchObject({ exitCode: 1 });
  });

  it("sends nobody where the store takes no record", async () => {
    await writeFile(storeFile(), "a file in the place of the folder");
    const { exitCode, stderr } = await authorize(["--no-browser"]).ended;
    expect(exitCode).toBe(1);
    expect(stderr).toContain(storeFile());
    expect(stderr).not.toMatch(ADDRESS);
  });

  it("goes on waiting after a refusal, of which it tells", async () => {
    const command = authorize(["--no-browser"]);
    const [, url = ""] = await command.said(ADDRESS);
    const { browser, back } = await goThrough(url, "refuse");
    expect(await browser.open(back)).toMatchObject({ status: 403 });
    await command.said(/^Not linked yet: Cronofy answered the administrator with access_denied/m);
    const second = await goThrough(url, "approve");
    await second.browser.open(second.back);
    expect(await command.ended).toMatchObject({ exitCode: 0 });
  });

  it("asks the system to open the browser where there is a screen", async () => {
    const programs = path.join(folder, "programs");
    const seen = path.join(folder, "seen");
    await mkdir(programs);
    for (const name of ["xdg-open", "open"]) {
      await writeFile(
        path.join(programs, name),
        `#!/bin/sh\nprintf '%s\\n' "$#" "$@" > "${seen}.part"\nmv "${seen}.part" "${seen}"\n`,
      );
      await chmod(path.join(programs, name), 0o755);
    }
    const watcher = watch(folder);
    const isOpened = new Promise<void>((resolve) => {
      watcher.on("change", (_, name) => {
        if (name === "seen") resolve();
      });
    });
    const command = authorize([], { PATH: `${programs}:${process.env["PATH"]}`, DISPLAY: ":0" });
    const [, url] = await command.said(ADDRESS);
    await command.said(/^Your browser was asked to open this address:$/m);
    // The browser is a process of its own, which nobody waits for.
    await isOpened;
    watcher.close();
    command.kill("SIGINT");
    await command.ended;
    const { readFile } = await import("node:fs/promises");
    expect(await readFile(seen, "utf8")).toBe(`1\n${url}\n`);
  });

  it("prints the address where no program opens it, and none is asked for without a screen", async () => {
    for (const env of [{ PATH: folder, DISPLAY: ":0" }, {}] as Record<string, string>[]) {
      const command = authorize([], env);
      await command.said(/^Open this address in your browser:$/m);
      command.kill("SIGINT");
      await command.ended;
    }
  });

  it.each(["SIGINT", "SIGTERM"] as const)("ends in good order at %s, and has linked nothing", async (signal) => {
    const command = authorize(["--no-browser"]);
    const [, url = ""] = await command.said(ADDRESS);
    await command.said(/Press Ctrl\+C to stop/);
    command.kill(signal);
    const { exitCode, stdout, stderr } = await command.ended;
    expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: "" });
    expect(stderr).toMatch(/Interrupted\. Nothing was linked\.\n$/);
    await expect(fetch(url)).rejects.toThrow();
    expect(await new FileLinkStore(storeFile()).look(link())).toMatchObject({ awaited: null, authorization: null });
  });

  it("names all that is missing at once, and explains itself", async () => {
    const { exitCode, stderr } = await ouLink(["authorize", "ser_1"]);
    expect(exitCode).toBe(2);
    for (const name of ["CRONOFY_CLIENT_ID", "CRONOFY_CLIENT_SECRET", "OU_LINK_STORE_FILE"]) {
      expect(stderr).toContain(name);
    }
    expect(await ouLink(["authorize"])).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining("missing required argument 'service-account'") as string,
    });
    expect((await ouLink(["authorize", "ser_1", "--wait", "0"])).stderr).toContain(
      "Give whole minutes from 1 to 1440.",
    );
    expect((await ouLink(["authorize", "--help"])).stdout).toMatch(/Examples:\n {2}# .+\n {2}\$ ou-link authorize /);
  });
});
