import { connect, createServer, type Socket } from "node:net";
import { join } from "node:path";
import { status } from "@grpc/grpc-js";
import { HealthCheckResponse_ServingStatus } from "../../../src/plugin/wire/generated/health";
import { ProviderService, ReadResource_Request } from "../../../src/plugin/wire/generated/tfplugin6";
import { answerOf, type Launched, type ProviderClient, RUNTIMES, shown, TerraformSide } from "./terraform-side";

/** Methods of protocol 6.11, as Terraform 1.16 has it, that no provider of this layer serves. */
const NOT_OFFERED = [
  "GenerateResourceConfig",
  "ListResource",
  "ValidateListResourceConfig",
  "ValidateStateStoreConfig",
  "ConfigureStateStore",
  "ReadStateBytes",
  "WriteStateBytes",
  "LockState",
  "UnlockState",
  "GetStates",
  "DeleteState",
  "MoveResourceState",
];
const METHODS_OF_THE_PROTOCOL = 36;

describe("the methods of the protocol", () => {
  it("are either offered or in the list of those that are not", () => {
    const offered = Object.values(ProviderService).map(({ path }) => path.replace("/tfplugin6.Provider/", ""));
    expect(new Set([...offered, ...NOT_OFFERED]).size).toBe(METHODS_OF_THE_PROTOCOL);
    expect(offered.length + NOT_OFFERED.length).toBe(METHODS_OF_THE_PROTOCOL);
  });
});

describe.each(RUNTIMES)("a call, on %s", (runtime) => {
  const terraform = new TerraformSide(runtime);
  beforeAll(() => terraform.build());
  afterEach(() => terraform.closeAll());
  afterAll(() => terraform.end());

  it("is aborted by StopProvider, and a later one is served to its end", async () => {
    const { launched, read, stop } = await terraform.start();
    const slow = [read("wait", "60000"), read("wait", "60000")];
    await shown(launched.stderr, /waiting\nwaiting/);
    await expect(stop()).resolves.toEqual({ Error: "" });
    await expect(Promise.all(slow)).resolves.toEqual(["Terraform was interrupted.", "Terraform was interrupted."]);
    await expect(read("wait", "50")).resolves.toBe("waited to the end");
  });

  it("answers that it was cancelled when the handler gives up on being stopped", async () => {
    const { read, stop } = await terraform.start();
    const slow = read("give up");
    slow.catch(() => {});
    await read("echo");
    await stop();
    await expect(slow).rejects.toMatchObject({
      code: status.CANCELLED,
      details: "ReadResource was stopped before it was done",
    });
  });

  it("is aborted when Terraform cancels it", async () => {
    const { launched, provider, read } = await terraform.start({ env: { TF_LOG: "TRACE" } });
    const request = ReadResource_Request.create({ typeName: "wait", private: Buffer.from("60000") });
    const call = provider.readResource(request, () => {});
    await shown(launched.stderr, /waiting/);
    call.cancel();
    await shown(launched.stderr, /Served request/);
    await expect(read("echo", "hello")).resolves.toBe("hello");
  });

  it("is aborted when Terraform's connection is gone", async () => {
    const launched = terraform.launch({ env: { TF_LOG: "TRACE" } });
    const handshake = await terraform.handshake(launched);
    const wire = await cuttable(handshake.address, join(launched.temporary, "wire"));
    const client = terraform.trusting(handshake, terraform.clientCertificate);
    const { read } = terraform.connect(launched, { network: "unix", address: wire.address }, client);
    const lost = read("wait", "60000");
    lost.catch(() => {});
    await shown(launched.stderr, /waiting/);
    wire.cut();
    await shown(launched.stderr, /Served request/);
    await expect(lost).rejects.toMatchObject({ code: status.UNAVAILABLE });
  });

  it("takes and brings 10 MiB", async () => {
    const { read } = await terraform.start();
    const large = "0123456789abcdef".repeat((10 << 20) / 16);
    expect((await read("echo", large)) === large).toBe(true);
  });

  it("that fails unexpectedly says so in one sentence, without message or stack, and the next one is served", async () => {
    const { launched, read } = await terraform.start({ env: { TF_LOG: "ERROR" } });
    await expect(read("throw")).rejects.toMatchObject({
      code: status.INTERNAL,
      details:
        "ReadResource ended with an unexpected TypeError: this is a bug in the provider. TF_LOG=ERROR shows more",
    });
    await shown(launched.stderr, /A handler failed.*\n/);
    const [record] = records(launched);
    expect(record).toMatchObject({ "@level": "error", "@message": "A handler failed", tf_rpc: "ReadResource" });
    expect(record?.["error"]).toMatch(/TypeError.*\n\s+at /);
    await expect(read("echo", "hello")).resolves.toBe("hello");
  });

  it("to a method that no provider of this layer offers is unimplemented", async () => {
    const { provider } = await terraform.start();
    for (const method of [...NOT_OFFERED, "Nothing"]) {
      const refusal: unknown = await rawCall(provider, method).catch((error: unknown) => error);
      expect([method, refusal]).toEqual([method, expect.objectContaining({ code: status.UNIMPLEMENTED })]);
    }
  });

  it("to a method that this provider has no handler for is unimplemented", async () => {
    const { provider, read } = await terraform.start();
    await expect(rawCall(provider, "PlanResourceChange")).rejects.toMatchObject({
      code: status.UNIMPLEMENTED,
      details: "The provider does not offer PlanResourceChange",
    });
    await expect(read("echo", "hello")).resolves.toBe("hello");
  });

  it("is logged with the fields that users of Terraform filter by", async () => {
    const { launched, read } = await terraform.start({ env: { TF_LOG_PROVIDER_TRIAL: "TRACE", TF_LOG: "OFF" } });
    await read("echo");
    await shown(launched.stderr, /Served request/);
    const [received, served] = records(launched);
    const fields = {
      "@level": "trace",
      "@module": "trial",
      tf_rpc: "ReadResource",
      tf_provider_addr: "registry.terraform.io/example/trial",
      tf_proto_version: "6",
    };
    expect(received).toMatchObject({ ...fields, "@message": "Received request" });
    expect(served).toMatchObject({ ...fields, "@message": "Served request" });
    expect(served?.["tf_req_id"]).toBe(received?.["tf_req_id"]);
    expect(served?.["tf_req_duration_ms"]).toMatch(/^\d+$/);
    for (const record of [received, served]) {
      expect(record?.["@timestamp"]).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/);
    }
  });

  it("logs no secret that was registered", async () => {
    const { launched, read } = await terraform.start({ env: { TF_LOG: "TRACE" } });
    await read("log", "s3cr3t/+value");
    await shown(launched.stderr, /Served request/);
    expect(launched.stderr()).toContain('"@message":"the secret is ***"');
    expect(launched.stderr()).toContain("https://example.com/?token=***");
    expect(launched.stderr()).not.toContain("s3cr3t");
  });

  it("logs nothing when nobody asked for a log", async () => {
    const { launched, read } = await terraform.start();
    await read("log", "s3cr3t/+value");
    await read("throw").catch(() => {});
    expect(records(launched)).toEqual([]);
  });
});

describe("the services beside the provider", () => {
  const terraform = new TerraformSide();
  beforeAll(() => terraform.build());
  afterEach(() => terraform.closeAll());
  afterAll(() => terraform.end());

  it.each(["plugin", ""])("report the health of %p", async (service) => {
    const { health } = await terraform.start();
    const answer = await answerOf<{ status: number }>((done) => health.check({ service }, done));
    expect(answer.status).toBe(HealthCheckResponse_ServingStatus.SERVING);
  });

  it("report no health of what they do not know", async () => {
    const { health } = await terraform.start();
    const answer = answerOf((done) => health.check({ service: "other" }, done));
    await expect(answer).rejects.toMatchObject({ code: status.NOT_FOUND });
  });

  it("keep the streams of standard output and of the broker open until the end", async () => {
    const { stdio, broker, controller, read } = await terraform.start();
    const events: string[] = [];
    const ended = [stdio.streamStdio({}), broker.startStream()].map(
      (stream) =>
        new Promise<void>((resolve) => {
          stream.on("data", () => events.push("data"));
          stream.on("error", (error) => events.push(error.message));
          stream.on("status", ({ code }) => {
            events.push(`status ${code}`);
            resolve();
          });
        }),
    );
    await read("wait", "200");
    expect(events).toEqual([]);
    await answerOf((done) => controller.shutdown({}, done));
    await Promise.all(ended);
    expect(events).toEqual([`status ${status.OK}`, `status ${status.OK}`]);
  });
});

/** Calls a method of any name with an empty message, as a client with a newer protocol would. */
function rawCall(provider: ProviderClient, method: string): Promise<Buffer | undefined> {
  const same = (bytes: Buffer): Buffer => bytes;
  return answerOf((done) =>
    provider.makeUnaryRequest(`/tfplugin6.Provider/${method}`, same, same, Buffer.alloc(0), done as never),
  );
}

/** A socket at `address` that leads to the one at `target` until it is cut. */
async function cuttable(target: string, address: string): Promise<{ address: string; cut(): void }> {
  const sockets: Socket[] = [];
  const server = createServer((near) => {
    const far = connect(target);
    sockets.push(near, far);
    for (const socket of [near, far]) socket.on("error", () => {});
    near.pipe(far).pipe(near);
  });
  await new Promise<void>((resolve) => server.listen(address, resolve));
  return {
    address,
    cut: () => {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}

/** The JSON records that the provider has logged. */
function records(launched: Launched): Record<string, string>[] {
  return launched
    .stderr()
    .split("\n")
    .filter((line) => line.startsWith("{"))
    .map((line) => JSON.parse(line) as Record<string, string>);
}
