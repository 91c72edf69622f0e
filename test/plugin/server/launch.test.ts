import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync } from "node:fs";
import { connect, createServer } from "node:net";
import { networkInterfaces, tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { credentials } from "@grpc/grpc-js";
import { RUNTIMES, TerraformSide, shown } from "./terraform-side";

describe.each(RUNTIMES)("the launch, on %s", (runtime) => {
  const terraform = new TerraformSide(runtime);
  beforeAll(() => terraform.build());
  afterEach(() => terraform.closeAll());
  afterAll(() => terraform.end());

  it.each([undefined, "", "something else"])(
    "explains itself to a person who starts it (cookie %p)",
    async (cookie) => {
      const launched = terraform.launch({ env: { TF_PLUGIN_MAGIC_COOKIE: cookie } });
      await expect(launched.ended).resolves.toBe(1);
      expect(launched.stdout()).toBe("");
      expect(launched.stderr()).toMatch(
        /This is the Terraform provider registry.terraform.io\/example\/trial\. .* init/,
      );
    },
  );

  it.each(["6", "5,6", "5", "", undefined, "junk,-1, 6 ,6.0,,9999999999999999999"])(
    "answers protocol 6 to an offer of %p",
    async (offer) => {
      const { fields } = await terraform.handshake(terraform.launch({ env: { PLUGIN_PROTOCOL_VERSIONS: offer } }));
      expect(fields.slice(0, 3)).toEqual(["1", "6", "unix"]);
      expect(fields[4]).toBe("grpc");
    },
  );

  it("logs that Terraform does not offer protocol 6", async () => {
    const launched = terraform.launch({ env: { PLUGIN_PROTOCOL_VERSIONS: "5", TF_LOG: "WARN" } });
    await expect(shown(launched.stderr, /does not offer our plugin protocol/)).resolves.toBeDefined();
  });

  it("writes one line to stdout, whatever else is printed or warned of", async () => {
    const { launched, read } = await terraform.start({
      env: { NODE_OPTIONS: "--trace-deprecation --trace-warnings", TRIAL_NOISE: "yes" },
    });
    await read("make noise");
    launched.child.kill("SIGTERM");
    await launched.ended;
    expect(launched.stdout()).toMatch(/^1\|6\|unix\|[^|\n]+\|grpc\|[A-Za-z0-9+/]{100,}\n$/);
    for (const noise of ["a stray line", "a direct write", "a deprecation"]) {
      expect(launched.stderr()).toContain(`${noise} before the handshake`);
    }
    for (const noise of ["a stray line while the handlers load", "a direct write in a call", "a warning in a call"]) {
      expect(launched.stderr()).toContain(noise);
    }
  });

  it("makes nothing but its socket when it starts", async () => {
    const launched = terraform.launch();
    const { address } = await terraform.handshake(launched);
    const files = readdirSync(launched.temporary, { recursive: true }).map((file) =>
      join(launched.temporary, String(file)),
    );
    expect(files.filter((file) => statSync(file).isFile())).toEqual([]);
    expect(files).toContain(address);
  });

  it("keeps what Terraform hands to it from the programs that it starts", async () => {
    const { read } = await terraform.start();
    const environment = Object.keys(JSON.parse(await read("environment")) as object);
    expect(environment).toContain("PLUGIN_PROTOCOL_VERSIONS");
    expect(environment).not.toContain("PLUGIN_CLIENT_CERT");
    expect(environment).not.toContain("TF_PLUGIN_MAGIC_COOKIE");
  });

  it("puts the socket into the folder that the host names", async () => {
    const folder = mkdtempSync(join(tmpdir(), "t-"));
    try {
      const { launched, read } = await terraform.start({ env: { PLUGIN_UNIX_SOCKET_DIR: folder } });
      await expect(read("echo", "hello")).resolves.toBe("hello");
      expect(readdirSync(folder)).toHaveLength(1);
      launched.child.kill("SIGTERM");
      await launched.ended;
      expect(readdirSync(folder)).toEqual([]);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it("puts the socket into /tmp where TMPDIR is too deep for one", async () => {
    const folder = mkdtempSync(join(tmpdir(), "t-"));
    try {
      const deep = join(folder, "d".repeat(100));
      mkdirSync(deep);
      const { launched, read } = await terraform.start({ env: { TMPDIR: deep } });
      await expect(read("echo", "hello")).resolves.toBe("hello");
      const { address } = await terraform.handshake(launched);
      expect(address).toMatch(/^\/tmp\/tf-\w+\/provider$/);
      launched.child.kill("SIGTERM");
      await launched.ended;
      expect(existsSync(dirname(address))).toBe(false);
      expect(readdirSync(deep)).toEqual([]);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it("gives the socket to the group that the host names", async () => {
    const group = process.getgid?.() ?? 0;
    const { address } = await terraform.handshake(
      terraform.launch({ env: { PLUGIN_UNIX_SOCKET_GROUP: String(group) } }),
    );
    expect(statSync(address).mode & 0o777).toBe(0o660);
    expect(statSync(address).gid).toBe(group);
    expect(statSync(dirname(address)).mode & 0o777).toBe(0o710);
  });

  it.each([
    ["a group that does not exist", { PLUGIN_UNIX_SOCKET_GROUP: "no-such-group" }, "PLUGIN_UNIX_SOCKET_GROUP"],
    ["a temporary folder that does not exist", { TMPDIR: "/does/not/exist" }, "Set TMPDIR to a folder that exists"],
    [
      "a folder with too long a path",
      { PLUGIN_UNIX_SOCKET_DIR: join(tmpdir(), "x".repeat(100)) },
      "this system allows",
    ],
  ])("tells Terraform in one line about %s", async (_what, env, sentence) => {
    const launched = terraform.launch({ env });
    await expect(launched.ended).resolves.toBe(1);
    expect(launched.stdout()).toMatch(/^The provider registry.terraform.io\/example\/trial cannot start: [^\n|]+\n$/);
    expect(launched.stdout()).toContain(sentence);
    expect(launched.stderr()).toContain(launched.stdout());
  });

  it("ends when nobody is there to take its handshake", async () => {
    const launched = terraform.launch();
    launched.child.stdout?.destroy();
    await expect(launched.ended).resolves.toBe(1);
    expect(readdirSync(launched.temporary)).toEqual([]);
  });

  it("listens on the first free loopback port of the range where there are no unix sockets", async () => {
    const taken = createServer();
    await new Promise<void>((resolve) => taken.listen(0, "127.0.0.1", resolve));
    try {
      const first = (taken.address() as { port: number }).port;
      const env = { TRIAL_PLATFORM: "win32", PLUGIN_MIN_PORT: String(first), PLUGIN_MAX_PORT: String(first + 50) };
      const launched = terraform.launch({ env });
      const handshake = await terraform.handshake(launched);
      expect(handshake.network).toBe("tcp");
      const [host, port] = handshake.address.split(":");
      expect(host).toBe("127.0.0.1");
      expect(Number(port)).toBeGreaterThan(first);
      expect(Number(port)).toBeLessThanOrEqual(first + 50);
      const { read } = terraform.connect(
        launched,
        handshake,
        terraform.trusting(handshake, terraform.clientCertificate),
      );
      await expect(read("echo", "hello")).resolves.toBe("hello");
    } finally {
      taken.close();
    }
  });

  it("is reached through no other address of the machine where there are no unix sockets", async () => {
    const launched = terraform.launch({ env: { TRIAL_PLATFORM: "win32" } });
    const { address } = await terraform.handshake(launched);
    const port = Number(address.split(":")[1]);
    const outside = Object.values(networkInterfaces()).flatMap((each) => (each ?? []).map((found) => found.address));
    // Linux takes every address that begins with 127 for its own.
    const others = new Set([...outside, "127.0.0.2", "::1"]);
    others.delete("127.0.0.1");
    await expect(canConnect("127.0.0.1", port)).resolves.toBe(true);
    for (const host of others) expect([host, await canConnect(host, port)]).toEqual([host, false]);
  });

  it("says so when the range has no free port", async () => {
    const taken = createServer();
    await new Promise<void>((resolve) => taken.listen(0, "127.0.0.1", resolve));
    try {
      const port = String((taken.address() as { port: number }).port);
      const env = { TRIAL_PLATFORM: "win32", PLUGIN_MIN_PORT: port, PLUGIN_MAX_PORT: port };
      const launched = terraform.launch({ env });
      await expect(launched.ended).resolves.toBe(1);
      expect(launched.stdout()).toContain(`from ${port} to ${port} (PLUGIN_MIN_PORT, PLUGIN_MAX_PORT) is free`);
    } finally {
      taken.close();
    }
  });

  it("prints what attaches Terraform to a debug run, which serves in plain text until Ctrl-C", async () => {
    const launched = terraform.launch({ argv: ["--debug"], env: { TF_PLUGIN_MAGIC_COOKIE: undefined } });
    const reattach = await shown(launched.stdout, /export TF_REATTACH_PROVIDERS='(.*)'/);
    const providers = JSON.parse(reattach) as Record<string, { Addr: { Network: string; String: string } }>;
    expect(Object.keys(providers)).toEqual(["registry.terraform.io/example/trial"]);
    const [{ Addr, ...rest } = { Addr: { Network: "", String: "" } }] = Object.values(providers);
    expect(rest).toEqual({ Protocol: "grpc", ProtocolVersion: 6, Pid: launched.child.pid, Test: true });
    expect(Addr.Network).toBe("unix");
    const { read } = terraform.connect(
      launched,
      { network: "unix", address: Addr.String },
      credentials.createInsecure(),
    );
    await expect(read("echo", "debug")).resolves.toBe("debug");
    launched.child.kill("SIGINT");
    await expect(launched.ended).resolves.toBe(0);
    expect(readdirSync(launched.temporary)).toEqual([]);
  });
});

/** Whether something listens there; an address that leads nowhere counts as no after a second. */
function canConnect(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port, timeout: 1_000 });
    const settle = (connected: boolean) => (): void => {
      socket.destroy();
      resolve(connected);
    };
    socket.on("connect", settle(true)).on("error", settle(false)).on("timeout", settle(false));
  });
}
