import { once } from "node:events";
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import os from "node:os";
import path from "node:path";
import { Metadata, credentials, status } from "@grpc/grpc-js";
import { createSelfSignedCertificate } from "../../src/plugin/server/certificate";
import type { GetProviderSchema_Response } from "../../src/plugin/wire/generated/tfplugin6";
import { TerraformSide, answerOf } from "../plugin/server/terraform-side";
import type { Connection } from "../plugin/server/terraform-side";
import { EXECUTABLE, configuration, raiseStage } from "./stage";

jest.setTimeout(60_000);

describe("the executable", () => {
  const terraform = new TerraformSide();
  afterEach(() => terraform.closeAll());
  afterAll(() => terraform.end());

  const launch = (env = {}) => terraform.launch({ provider: [EXECUTABLE], env });
  const schemaThrough = ({ provider }: Connection): Promise<GetProviderSchema_Response> =>
    answerOf((done) => provider.getProviderSchema({}, new Metadata(), { deadline: Date.now() + 10_000 }, done));

  it("answers the holder of Terraform's certificate", async () => {
    const launched = launch();
    const handshake = await terraform.handshake(launched);
    const connection = terraform.connect(
      launched,
      handshake,
      terraform.trusting(handshake, terraform.clientCertificate),
    );
    const { resourceSchemas } = await schemaThrough(connection);
    expect(Object.keys(resourceSchemas)).toEqual([
      "cronofy_organizational_unit_link",
      "cronofy_organizational_unit_link_completion",
    ]);
  });

  it.each(["no certificate", "another certificate", "plain text"])(
    "does not talk to a client with %s",
    async (with_) => {
      const launched = launch();
      const handshake = await terraform.handshake(launched);
      const by =
        with_ === "plain text"
          ? credentials.createInsecure()
          : terraform.trusting(
              handshake,
              with_ === "no certificate" ? undefined : createSelfSignedCertificate({ curve: "P-521" }),
            );
      const connection = terraform.connect(launched, handshake, by);
      await expect(schemaThrough(connection)).rejects.toMatchObject({ code: status.UNAVAILABLE });
    },
  );

  it("ends at Shutdown and leaves nothing in the temporary folder", async () => {
    const launched = launch();
    const handshake = await terraform.handshake(launched);
    const connection = terraform.connect(
      launched,
      handshake,
      terraform.trusting(handshake, terraform.clientCertificate),
    );
    await answerOf((done) => connection.controller.shutdown({}, done));
    await expect(launched.ended).resolves.toBe(0);
    expect(readdirSync(launched.temporary)).toEqual([]);
  });

  it("tells a person who starts it what it is for", async () => {
    const launched = launch({ TF_PLUGIN_MAGIC_COOKIE: undefined });
    await expect(launched.ended).resolves.toBe(1);
    expect(launched.stdout()).toBe("");
    expect(launched.stderr()).toContain("This is the Terraform provider registry.terraform.io/ou-link/cronofy");
  });
});

describe("a network with an authority of its own", () => {
  it.each(["SSL_CERT_FILE", "NODE_EXTRA_CA_CERTS"])("is trusted by %s", async (variable) => {
    const { certificatePem, privateKeyPem } = createSelfSignedCertificate();
    const folder = mkdtempSync(path.join(os.tmpdir(), "authority-"));
    const file = path.join(folder, "authority.pem");
    writeFileSync(file, certificatePem);
    const cronofy = createServer({ cert: certificatePem, key: privateKeyPem }, (_request, response) => {
      response.writeHead(401).end();
    }).listen(0, "127.0.0.1");
    await once(cronofy, "listening");
    const stage = await raiseStage({ provider: "executable", env: { [variable]: file } });
    try {
      const { port } = cronofy.address() as AddressInfo;
      const data = 'data "cronofy_user_info" "one" {\n  access_token = "token"\n}\n';
      await stage.terraform.plan({
        configuration: configuration(stage, {}, `api_url = "https://localhost:${port}"`) + data,
        expectError: /Access token is not accepted/,
      });
    } finally {
      cronofy.close();
      rmSync(folder, { recursive: true });
      await stage.close();
    }
  });
});

describe("a configuration folder with a hostile bunfig.toml and .env", () => {
  it("runs nothing and sets nothing in the provider", async () => {
    const stage = await raiseStage({ provider: "executable", env: { CRONOFY_CLIENT_ID: undefined } });
    try {
      const evidence = path.join(stage.terraform.workspace.directory, "it-ran");
      await stage.terraform.plan({
        configuration: {
          "bunfig.toml": 'preload = ["./hostile.js"]\n',
          "hostile.js": `require("node:fs").writeFileSync(${JSON.stringify(evidence)}, "");`,
          ".env": `CRONOFY_CLIENT_ID=${stage.sandbox.client_id}\n`,
        },
        expectError: /Missing client_id/,
      });
      expect(existsSync(evidence)).toBe(false);
    } finally {
      await stage.close();
    }
  });
});
