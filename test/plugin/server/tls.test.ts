import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { type ChannelCredentials, credentials, status } from "@grpc/grpc-js";
import { createSelfSignedCertificate } from "../../../src/plugin/server/certificate";
import { type Connection, type Handshake, RUNTIMES, TerraformSide } from "./terraform-side";

describe.each(RUNTIMES)("the connection, on %s", (runtime) => {
  const terraform = new TerraformSide(runtime);
  beforeAll(() => terraform.build());
  afterEach(() => terraform.closeAll());
  afterAll(() => terraform.end());

  async function connectAs(client: (handshake: Handshake) => ChannelCredentials): Promise<Connection> {
    const launched = terraform.launch();
    const handshake = await terraform.handshake(launched);
    return terraform.connect(launched, handshake, client(handshake));
  }

  it("is accepted from the holder of Terraform's certificate", async () => {
    const { read } = await connectAs((handshake) => terraform.trusting(handshake, terraform.clientCertificate));
    await expect(read("echo", "hello")).resolves.toBe("hello");
  });

  it("is refused to a client without a certificate", async () => {
    const { read } = await connectAs((handshake) => terraform.trusting(handshake));
    await expect(read("echo")).rejects.toMatchObject({ code: status.UNAVAILABLE });
  });

  it("is refused to a client with another certificate", async () => {
    const { read } = await connectAs((handshake) =>
      terraform.trusting(handshake, createSelfSignedCertificate({ curve: "P-521" })),
    );
    await expect(read("echo")).rejects.toMatchObject({ code: status.UNAVAILABLE });
  });

  it("is refused to a client in plain text", async () => {
    const { read } = await connectAs(() => credentials.createInsecure());
    await expect(read("echo")).rejects.toMatchObject({ code: status.UNAVAILABLE });
  });

  it("is accepted at once in the earliest time zone", async () => {
    const { read } = await terraform.start({ env: { TZ: "Pacific/Kiritimati" } });
    await expect(read("echo", "early")).resolves.toBe("early");
  });

  it("is in plain text when Terraform sends no certificate", async () => {
    const launched = terraform.launch({ env: { PLUGIN_CLIENT_CERT: undefined } });
    const handshake = await terraform.handshake(launched);
    expect(handshake.certificate).toBe("");
    const { read } = terraform.connect(launched, handshake, credentials.createInsecure());
    await expect(read("echo", "plain")).resolves.toBe("plain");
  });

  it("is never opened for a certificate that cannot be read", async () => {
    const launched = terraform.launch({ env: { PLUGIN_CLIENT_CERT: "junk" } });
    await expect(launched.ended).resolves.toBe(1);
    expect(launched.stdout()).toMatch(/^The provider \S+ cannot start: PLUGIN_CLIENT_CERT holds no certificate/);
  });

  it("leaves no key on the disk, and has another one for each process", async () => {
    const first = await terraform.handshake(terraform.launch());
    const launched = terraform.launch();
    const second = await terraform.handshake(launched);
    expect(second.certificate).not.toBe(first.certificate);
    expect(filesUnder(launched.temporary).filter((file) => file !== second.address)).toEqual([]);
  });

  it("is for this user alone", async () => {
    const { address } = await terraform.handshake(terraform.launch());
    expect(statSync(join(address, "..")).mode & 0o777).toBe(0o700);
    expect(statSync(address).mode & 0o777).toBe(0o600);
  });
});

function filesUnder(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => !entry.isDirectory())
    .map((entry) => join(entry.path, entry.name));
}
