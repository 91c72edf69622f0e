import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { AddressInfo } from "node:net";
import { mkdir, mkdtemp, readdir, rm, symlink, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { platformName, zipName } from "../../src/cli/install/provider-folder";
import { createSelfSignedCertificate } from "../../src/plugin/server/certificate";
import { VERSION } from "../../src/provider/address";
import { LinkSandbox } from "./link-sandbox";
import { ouLinkHere } from "./ou-link-here";
import { startOuLink } from "./ou-link-process";

interface Check {
  readonly check: string;
  readonly result: string;
  readonly says: string;
  readonly fix?: string;
}

describe("ou-link doctor", () => {
  let folder: string;
  let sandbox: LinkSandbox;
  let home: Record<string, string>;
  beforeAll(async () => (sandbox = await LinkSandbox.start()));
  afterAll(() => sandbox.close());
  beforeEach(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), "ou-link-doctor-"));
    home = { HOME: folder };
  });
  afterEach(() => rm(folder, { recursive: true }));

  async function examine(env: Record<string, string>): Promise<Record<string, Check>> {
    const { stdout } = await ouLinkHere(["doctor", "--json"], { ...home, ...env });
    const { checks } = JSON.parse(stdout) as { checks: Check[] };
    return Object.fromEntries(checks.map((each) => [each.check, each]));
  }

  it("finds everything in order, and leaves nothing behind", async () => {
    const plugins = path.join(folder, ".terraform.d/plugins/registry.terraform.io/ou-link/cronofy");
    await mkdir(plugins, { recursive: true });
    await writeFile(
      path.join(plugins, zipName({ version: VERSION, platform: platformName(process.platform, process.arch) })),
      "",
    );
    const store = { OU_LINK_STORE_FILE: path.join(folder, "s"), OU_LINK_STORE_KEY: randomBytes(32).toString("base64") };
    await mkdir(store.OU_LINK_STORE_FILE);
    const env = { ...home, ...sandbox.env, ...store };
    const service = startOuLink(["serve", "--port", "0", "--json"], env);
    try {
      const { url } = JSON.parse(await service.nextLine()) as { url: string };
      const { exitCode, stdout, stderr } = await ouLinkHere(["doctor"], { ...env, OU_LINK_SERVICE_URL: url });
      expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
      expect(stdout.split("\n").map((line) => line.slice(0, 24).trimEnd())).toEqual([
        expect.stringMatching(/^ok {7}terraform: /),
        expect.stringMatching(/^ok {7}provider: /),
        expect.stringMatching(/^ok {7}credentials/),
        expect.stringMatching(/^ok {7}store: /),
        expect.stringMatching(/^ok {7}clock: /),
        expect.stringMatching(/^ok {7}link service/),
        "",
      ]);
      expect(stdout).not.toContain(sandbox.env["CRONOFY_CLIENT_SECRET"]);
      expect(await readdir(store.OU_LINK_STORE_FILE)).toEqual([]);
      // An invitation is answered from a record, and a program that hands out tokens keeps none.
      const command = { OU_LINK_STORE_COMMAND: JSON.stringify(["true"]), OU_LINK_SERVICE_URL: url };
      const found = await examine({ ...sandbox.env, ...command });
      expect(found["link service"]).toMatchObject({
        result: "failed",
        says: expect.stringContaining("an invitation needs a link store") as string,
        fix: expect.stringContaining("OU_LINK_STORE_POSTGRES") as string,
      });
      // What differs between the two sides is named, and no secret with it.
      const secret = "another secret that is as long as it has to be";
      for (const [result, words, differing] of [
        ["failed", "its link secret is not the one here", { OU_LINK_SECRET: secret }],
        ["failed", "its link secret is not the one here", { CRONOFY_CLIENT_SECRET: secret.replaceAll(" ", "-") }],
        ["failed", "its data center is not de", { CRONOFY_DATA_CENTER: "de" }],
        ["failed", "its client id is not another", { CRONOFY_CLIENT_ID: "another" }],
        ["warning", `otherwise than the folder ${folder}/t`, { OU_LINK_STORE_FILE: path.join(folder, "t") }],
        ["warning", "cannot be told", { CRONOFY_CLIENT_SECRET: "" }],
      ] as const) {
        const compared = await examine({ ...env, OU_LINK_SERVICE_URL: url, ...differing });
        expect(compared["link service"]).toMatchObject({ result, says: expect.stringContaining(words) as string });
        expect(JSON.stringify(compared)).not.toMatch(/another.secret/);
      }
    } finally {
      service.kill("SIGTERM");
      await service.ended;
    }
  });

  it("says of each thing that is wrong how to mend it", async () => {
    const late = createServer((_, response) => {
      response.writeHead(503, { Date: new Date(Date.now() - 3_600_000).toUTCString() }).end();
    }).listen(0, "127.0.0.1");
    await new Promise((resolve) => late.once("listening", resolve));
    const url = `http://127.0.0.1:${(late.address() as AddressInfo).port}`;
    try {
      const found = await examine({
        ...sandbox.env,
        CRONOFY_API_URL: url,
        TERRAFORM_BINARY_NAME: "no-such-terraform",
        OU_LINK_SERVICE_URL: url,
        OU_LINK_STORE_FILE: folder,
      });
      expect(found["terraform"]).toMatchObject({
        result: "failed",
        fix: expect.stringContaining("Install Terraform") as string,
      });
      expect(found["provider"]).toMatchObject({ result: "failed", fix: "Run: ou-link install" });
      expect(found["credentials"]).toMatchObject({ result: "failed", says: expect.stringContaining("503") as string });
      expect(found["store"]).toMatchObject({
        result: "warning",
        fix: expect.stringContaining("openssl rand") as string,
      });
      expect(found["clock"]).toMatchObject({
        result: "failed",
        // A Date header has whole seconds.
        says: expect.stringMatching(/ (3599|3600) s ahead/) as string,
      });
      expect(found["link service"]).toMatchObject({ result: "failed", says: `${url}/healthz answers 503.` });
    } finally {
      late.close();
    }
  });

  it.each(["SSL_CERT_FILE", "NODE_EXTRA_CA_CERTS"])(
    "trusts the authority of a network that %s names",
    async (variable) => {
      const { certificatePem, privateKeyPem } = createSelfSignedCertificate();
      const file = path.join(folder, "authority.pem");
      await writeFile(file, certificatePem);
      const cronofy = createTlsServer({ cert: certificatePem, key: privateKeyPem }, (_request, response) => {
        response.writeHead(400, { "Content-Type": "application/json" }).end('{"error":"invalid_grant"}');
      }).listen(0, "127.0.0.1");
      await once(cronofy, "listening");
      const url = `https://localhost:${(cronofy.address() as AddressInfo).port}`;
      const doctor = async (trust: Record<string, string>) => {
        const { stdout } = await startOuLink(["doctor"], { ...home, ...sandbox.env, CRONOFY_API_URL: url, ...trust })
          .ended;
        return stdout.match(/^ok +(credentials|clock)/gm);
      };
      try {
        expect(await doctor({ [variable]: file })).toHaveLength(2);
        expect(await doctor({ [variable]: `${file}.missing` })).toBeNull();
      } finally {
        cronofy.close();
      }
    },
  );

  it("finds a store that cannot be written, which an apply would find only when it declares a link", async () => {
    // As where a disk is not mounted: there is nothing to read, and nothing can be written.
    const store = path.join(folder, "store");
    await symlink(path.join(folder, "disk", "links"), store);
    const found = await examine({ ...sandbox.env, OU_LINK_STORE_FILE: store });
    expect(found["store"]).toMatchObject({
      result: "failed",
      says: expect.stringContaining(store) as string,
      fix: expect.stringContaining("Let this user write to it") as string,
    });
  });

  it("tells of a store folder that is not there, and does not make it", async () => {
    const store = path.join(folder, "typo", "links");
    const found = await examine({ ...sandbox.env, OU_LINK_STORE_FILE: store });
    expect(found["store"]).toMatchObject({
      result: "warning",
      says: `There is no folder ${store}: the first apply makes it, and no link is in it.`,
      fix: expect.stringContaining("names the wrong folder") as string,
    });
    expect(await readdir(folder)).toEqual([]);
  });

  it("tells credentials that are refused from those that are missing", async () => {
    const refused = await examine({ ...sandbox.env, CRONOFY_CLIENT_SECRET: "another" });
    expect(refused["credentials"]).toMatchObject({
      result: "failed",
      fix: expect.stringContaining("data center") as string,
    });
    expect(JSON.stringify(refused)).not.toContain("another");
    const missing = await ouLinkHere(["doctor"], { ...home, CRONOFY_API_URL: sandbox.env["CRONOFY_API_URL"] ?? "" });
    expect(missing.exitCode).toBe(1);
    expect(missing.stdout).toContain("client secret: set CRONOFY_CLIENT_SECRET");
    expect(missing.stdout).toContain("ok       clock");
  });
});
