import { existsSync, readdirSync } from "node:fs";
import { status } from "@grpc/grpc-js";
import { answerOf, type Connection, RUNTIMES, shown, TerraformSide } from "./terraform-side";

/** What the machine may add to a time that is short by design. */
const SLACK_MS = 1_000;

describe.each(RUNTIMES)("the end, on %s", (runtime) => {
  const terraform = new TerraformSide(runtime);
  beforeAll(() => terraform.build());
  afterEach(() => terraform.closeAll());
  afterAll(() => terraform.end());

  /** Starts a call that takes `duration` and resolves to its answer; waits until the provider works on it. */
  async function slowCall({ launched, read }: Connection, duration: number): Promise<{ answer: Promise<string> }> {
    const answer = read("wait", String(duration));
    answer.catch(() => {});
    await shown(launched.stderr, /waiting/);
    return { answer };
  }

  it.each([
    ["a socket", {}],
    ["a port, as on Windows", { TRIAL_PLATFORM: "win32" }],
  ])("comes at once after Shutdown, with its answer and with open streams, at %s", async (_, env) => {
    const { launched, controller, stdio, broker, read } = await terraform.start({ env });
    for (const stream of [stdio.streamStdio({}), broker.startStream()])
      stream.on("error", () => {}).on("data", () => {});
    await read("echo");
    const started = performance.now();
    await expect(answerOf((done) => controller.shutdown({}, done))).resolves.toEqual({});
    // Terraform's connection is still open.
    await expect(launched.ended).resolves.toBe(0);
    expect(performance.now() - started).toBeLessThan(SLACK_MS);
    expect(readdirSync(launched.temporary)).toEqual([]);
  });

  it("lets a call in flight answer after Shutdown", async () => {
    const connection = await terraform.start();
    const { answer } = await slowCall(connection, 60_000);
    await answerOf((done) => connection.controller.shutdown({}, done));
    await expect(answer).resolves.toBe("Terraform is done.");
    await expect(connection.launched.ended).resolves.toBe(0);
  });

  it("does not wait for ever for a call that ignores it", async () => {
    const { launched, controller, read } = await terraform.start();
    const answer = read("be stubborn");
    answer.catch(() => {});
    await read("echo");
    const started = performance.now();
    await answerOf((done) => controller.shutdown({}, done));
    await expect(launched.ended).resolves.toBe(0);
    expect(performance.now() - started).toBeLessThan(1_500 + SLACK_MS);
    await expect(answer).rejects.toMatchObject({ code: expect.any(Number) as number });
  });

  it.each(["SIGTERM", "SIGHUP"] as const)("comes after %s, with the answer of a call in flight", async (signal) => {
    const connection = await terraform.start();
    const { launched } = connection;
    const { answer } = await slowCall(connection, 60_000);
    launched.child.kill(signal);
    await expect(answer).resolves.toContain(signal);
    await expect(launched.ended).resolves.toBe(0);
    expect(readdirSync(launched.temporary)).toEqual([]);
  });

  it("does not come on SIGINT: a call in flight answers, and later ones are served", async () => {
    const connection = await terraform.start();
    const { answer } = await slowCall(connection, 400);
    connection.launched.child.kill("SIGINT");
    connection.launched.child.kill("SIGINT");
    await expect(answer).resolves.toBe("waited to the end");
    await expect(connection.read("echo", "still here")).resolves.toBe("still here");
  });

  it("does not come on a SIGINT before the handshake", async () => {
    const launched = terraform.launch();
    await shown(launched.stderr, /a stray line/);
    launched.child.kill("SIGINT");
    await expect(terraform.handshake(launched)).resolves.toMatchObject({ network: "unix" });
  });

  it("comes within about two seconds of the end of the process that started it", async () => {
    const launched = terraform.launch({ command: ["sh", "-c", '"$@" & echo "pid $!" >&2; wait', "sh"] });
    const pid = Number(await shown(launched.stderr, /pid (\d+)/));
    try {
      const { address } = await terraform.handshake(launched);
      const started = performance.now();
      launched.child.kill("SIGKILL");
      // The pipes close only when the provider, which holds them too, is gone.
      await launched.ended;
      expect(performance.now() - started).toBeLessThan(2_000 + SLACK_MS);
      expect(existsSync(address)).toBe(false);
    } finally {
      endIfThere(pid);
    }
  });

  it.each([
    ["an uncaught exception", "crash"],
    ["an unhandled rejection", "reject"],
  ])("comes with one line after %s, and leaves no socket", async (_what, deed) => {
    const { launched, read } = await terraform.start();
    await expect(read(deed)).rejects.toMatchObject({ code: status.UNAVAILABLE });
    await expect(launched.ended).resolves.toBe(1);
    const lines = launched
      .stderr()
      .split("\n")
      .filter((line) => !line.startsWith("a stray line"));
    expect(lines).toEqual([expect.stringMatching(/^panic: registry.* unexpected RangeError: this is a bug/), ""]);
    expect(readdirSync(launched.temporary)).toEqual([]);
  });
});

function endIfThere(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // It has ended, as it should.
  }
}
