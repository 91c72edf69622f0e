import { createHash } from "node:crypto";
import { once } from "node:events";
import { access, constants, mkdtemp, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:https";
import type { Server } from "node:https";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { platformName } from "../../src/cli/install/provider-folder";
import { createSelfSignedCertificate } from "../../src/plugin/server/certificate";
import { TerraformWorkspace, findTerraform } from "../../src/plugin/testing";
import { VERSION } from "../../src/provider/address";
import { ouLink } from "../cli/ou-link-process";
import { PLATFORMS, releaseInto } from "../cli/released-zips";
import { createReleaseKey } from "./release-key";

jest.setTimeout(60_000);

const RELEASED = "1.2.3";
const HERE = platformName(process.platform, process.arch);
const PLAIN = 'terraform {\n  required_providers {\n    cronofy = {\n      source = "ou-link/cronofy"\n    }\n  }\n}\n';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "ou-link-install-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** @param name of the workspace, whose folder is also Terraform's HOME */
function workspace(name: string, cliConfiguration?: string, env?: Readonly<Record<string, string>>) {
  return TerraformWorkspace.create({
    terraform: findTerraform(process.env),
    directory: path.join(folder, name),
    files: { "main.tf": PLAIN },
    ...(cliConfiguration !== undefined && { cliConfiguration }),
    ...(env !== undefined && { env }),
  });
}

describe("ou-link install", () => {
  it("puts a release's zip where terraform init finds it without any configuration", async () => {
    const downloads = path.join(folder, "downloads");
    releaseInto(downloads, RELEASED, { [HERE]: Buffer.from("stand-in") });
    const terraform = await workspace("home");
    const zip = path.join(downloads, `terraform-provider-cronofy_${RELEASED}_${HERE}.zip`);
    expect((await ouLink(["install", "--zip", zip], { HOME: terraform.directory })).exitCode).toBe(0);
    const { exitCode, stdout } = await terraform.init();
    expect([exitCode, stdout]).toEqual([0, expect.stringContaining(`ou-link/cronofy v${RELEASED}`)]);
    const unpacked = await readdir(path.join(terraform.directory, ".terraform"), { recursive: true });
    const executable = unpacked.find((each) =>
      path.basename(each).startsWith(`terraform-provider-cronofy_v${RELEASED}`),
    );
    await access(path.join(terraform.directory, ".terraform", executable ?? ""), constants.X_OK);
  });

  it("fills a mirror with what this checkout has built, and prints the CLI configuration that makes terraform use it", async () => {
    const mirror = path.join(folder, "mirror");
    const installed = await ouLink(["install", "--mirror", mirror]);
    expect(installed.exitCode).toBe(0);
    const terraform = await workspace("mirrored", installed.stdout);
    await terraform.write({ "output.tf": 'output "id" {\n  value = provider::cronofy::data_center("us").id\n}\n' });
    const { exitCode, stdout } = await terraform.init();
    expect([exitCode, stdout]).toEqual([0, expect.stringContaining(`ou-link/cronofy v${VERSION}`)]);
    expect((await terraform.apply()).stdout).toContain('id = "us"');
  });
});

describe("a release on the network", () => {
  const [ours, another] = [createReleaseKey("Release"), createReleaseKey("Somebody else")];
  let release: string;
  let network: string;
  let sums: string;
  let server: Server;
  let origin: string;
  let trust: Readonly<Record<string, string>>;
  /** What the registry says whose key it is, and what it does to a zip. */
  let published = ours;
  let onTheWay = (zip: Buffer) => zip;

  beforeAll(async () => {
    release = path.join(folder, "release");
    network = path.join(folder, "network");
    sums = releaseInto(release, RELEASED);
    const { certificatePem: cert, privateKeyPem: key } = createSelfSignedCertificate();
    await writeFile(path.join(folder, "authority.pem"), cert);
    trust = { SSL_CERT_FILE: path.join(folder, "authority.pem"), TF_REGISTRY_DISCOVERY_RETRY: "0" };
    server = createServer({ cert, key }, (request, response) => {
      answer(request.url ?? "").then(
        ([type, body]) => response.writeHead(200, { "Content-Type": type }).end(body),
        () => response.writeHead(404).end(),
      );
    }).listen(0, "127.0.0.1");
    await once(server, "listening");
    origin = `https://localhost:${(server.address() as AddressInfo).port}`;
  });
  afterAll(() => server.close());

  /** A bucket with a mirror, and a registry. */
  async function answer(url: string): Promise<readonly [type: string, body: string | Buffer]> {
    const [, first = "", ...rest] = url.split("/");
    const json = (body: unknown) => ["application/json", JSON.stringify(body)] as const;
    const name = rest.at(-1) ?? "";
    if (first === "mirror") {
      const type = name.endsWith(".json") ? "application/json" : "application/zip";
      return [type, await readFile(path.join(network, ...rest))];
    }
    if (first === "release") {
      if (name.endsWith(".sig")) return ["application/octet-stream", ours.signatureOf(Buffer.from(sums))];
      const file = await readFile(path.join(release, name));
      return ["application/octet-stream", name.endsWith(".zip") ? onTheWay(file) : file];
    }
    if (first === ".well-known") return json({ "providers.v1": "/v1/providers/" });
    if (name === "versions") {
      const platforms = PLATFORMS.map((each) => each.split("_")).map(([os, arch]) => ({ os, arch }));
      return json({ versions: [{ version: RELEASED, protocols: ["6.0"], platforms }] });
    }
    const [os = "", arch = ""] = rest.slice(-2);
    const filename = `terraform-provider-cronofy_${RELEASED}_${os}_${arch}.zip`;
    const checksums = `/release/terraform-provider-cronofy_${RELEASED}_SHA256SUMS`;
    return json({
      ...{ protocols: ["6.0"], os, arch, filename, download_url: `/release/${filename}` },
      shasum: createHash("sha256")
        .update(await readFile(path.join(release, filename)))
        .digest("hex"),
      shasums_url: checksums,
      shasums_signature_url: `${checksums}.sig`,
      signing_keys: { gpg_public_keys: [{ key_id: published.id, ascii_armor: published.publicKey }] },
    });
  }

  const onLinux = (name: string, test: () => Promise<void>) =>
    it(name, async () => {
      if (process.platform === "linux") return test();
      process.stderr.write(
        "NOT RUN: mirror and registry, for Terraform asks SSL_CERT_FILE whom to trust on Linux alone.\n",
      );
    });

  onLinux("is locked for every platform from the network mirror that ou-link mirror build makes", async () => {
    expect((await ouLink(["mirror", "build", release, "--out", network])).exitCode).toBe(0);
    const url = `${origin}/mirror/`;
    const config = `provider_installation {\n  network_mirror {\n    url = "${url}"\n  }\n}\n`;
    const terraform = await workspace("networked", config, trust);
    const { exitCode, stdout } = await terraform.init();
    expect([exitCode, stdout]).toEqual([0, expect.stringContaining(`ou-link/cronofy v${RELEASED}`)]);

    const platforms = PLATFORMS.map((each) => `-platform=${each}`);
    expect((await terraform.run(["providers", "lock", `-net-mirror=${url}`, ...platforms])).exitCode).toBe(0);
    const lock = await readFile(path.join(terraform.directory, ".terraform.lock.hcl"), "utf8");
    // What Terraform has itself found in what it unpacked.
    const locked = [...lock.matchAll(/"(h1:[^"]+)"/g)].map(([, hash]) => hash);
    expect(locked).toHaveLength(PLATFORMS.length);
    const said = await readFile(
      path.join(network, "registry.terraform.io", "ou-link", "cronofy", `${RELEASED}.json`),
      "utf8",
    );
    expect([...said.matchAll(/"(h1:[^"]+)"/g)].map(([, hash]) => hash).sort()).toEqual(locked.sort());
  });

  onLinux("is taken from a registry with its signature, and refused where zip or key is another", async () => {
    const hosts = ["registry.terraform.io", "registry.opentofu.org"].map(
      (host) => `host "${host}" {\n  services = {\n    "providers.v1" = "${origin}/v1/providers/"\n  }\n}\n`,
    );
    const terraform = await workspace("registered", hosts.join(""), trust);
    // The second by what the host itself says of its services.
    const second = `    discovered = {\n      source = "${new URL(origin).host}/ou-link/cronofy"\n    }\n`;
    await terraform.write({ "main.tf": PLAIN.replace("  }\n}\n", `${second}  }\n}\n`) });
    const init = async () => {
      await rm(path.join(terraform.directory, ".terraform"), { recursive: true, force: true });
      const { exitCode, stdout, stderr } = await terraform.init();
      return [exitCode, (stdout + stderr).replace(/[\s│]+/g, " ")];
    };

    const [exitCode, said] = await init();
    expect([exitCode, String(said).split(`signed, key ID ${ours.id}`).length - 1]).toEqual([0, 2]);

    onTheWay = (zip) => Buffer.concat([zip.subarray(0, -1), Buffer.of(1)]);
    expect(await init()).toEqual([1, expect.stringContaining("incorrect checksum")]);
    onTheWay = (zip) => zip;
    published = another;
    expect(await init()).toEqual([1, expect.stringContaining("signature from unknown issuer")]);
  });
});
