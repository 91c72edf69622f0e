import { once } from "node:events";
import { readdirSync } from "node:fs";
import { type ClientHttp2Session, type ClientHttp2Stream, connect as connectHttp2 } from "node:http2";
import { connect, type Socket } from "node:net";
import { setTimeout as delay } from "node:timers/promises";
import { gzipSync } from "node:zlib";
import { credentials, status } from "@grpc/grpc-js";
import {
  ApplyResourceChange_Request,
  Diagnostic_Severity,
  type DynamicValue,
  ReadResource_Request,
} from "../../../src/plugin/wire/generated/tfplugin6";
import { IS_DEEP } from "../../depth";
import { memoryProvider, planRequest, schema, wire } from "../lifecycle/memory-provider";
import {
  answerOf,
  type Connection,
  type Handshake,
  type Launched,
  RUNTIMES,
  shown,
  TerraformSide,
} from "./terraform-side";

const READ = "/tfplugin6.Provider/ReadResource";
/** What a server under load may take before it counts as hanging. */
const PATIENCE_MS = 15_000;
/** The server's own limit of a second and a half, and what the machine may add. */
const ENDED_WITHIN_MS = 2_500;
const MIB = 1 << 20;

const PREFACE = Buffer.from("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
const SETTINGS = frame(4, 0, 0, Buffer.alloc(0));
const DATA_TYPE = 0;
const HEADERS_TYPE = 1;
const GOAWAY_TYPE = 7;
/** Bytes without a meaning, the same in each run. */
const GARBAGE = Buffer.from(Array.from({ length: 4_096 }, (_, index) => (index * 167 + (index >> 3)) & 0xff));

/** Gzip's members follow one another: 300 MiB of nothing. */
const BOMB = Buffer.concat(Array<Buffer>(10).fill(gzipSync(Buffer.alloc(30 * MIB))));

/** What a broken or hostile peer sends in place of HTTP/2. */
const BROKEN_BYTES: readonly (readonly [string, Buffer])[] = [
  ["nothing", Buffer.alloc(0)],
  ["garbage", GARBAGE],
  ["a request of HTTP/1.1", Buffer.from("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")],
  ["half a preface", PREFACE.subarray(0, 12)],
  ["garbage after the preface", Buffer.concat([PREFACE, GARBAGE])],
  ["garbage after the settings", Buffer.concat([PREFACE, SETTINGS, GARBAGE])],
  ["half the head of a frame", Buffer.concat([PREFACE, SETTINGS, Buffer.of(0, 0, 100, HEADERS_TYPE)])],
  ["a frame that ends early", Buffer.concat([PREFACE, SETTINGS, frame(HEADERS_TYPE, 4, 1, GARBAGE).subarray(0, 20)])],
  ["a frame of 16 MiB", Buffer.concat([PREFACE, SETTINGS, Buffer.of(255, 255, 255, DATA_TYPE, 0, 0, 0, 0, 1)])],
  ["headers that cannot be unpacked", Buffer.concat([PREFACE, SETTINGS, frame(HEADERS_TYPE, 4, 1, GARBAGE)])],
  ["data of a stream that was never opened", Buffer.concat([PREFACE, SETTINGS, frame(DATA_TYPE, 0, 7, GARBAGE)])],
];

/** Messages of ReadResource that are no such message. */
const BROKEN_MESSAGES: readonly (readonly [string, Buffer])[] = [
  ["that ends inside a field", Buffer.of(0x0a, 100, 0x61)],
  ["that ends inside a field's number", Buffer.of(0xff)],
  ["with a length beyond 32 bits", Buffer.of(0x0a, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f)],
  ["with a number in place of its name", Buffer.of(0x08, 1)],
  ["with fixed bits in place of its name", Buffer.of(0x0d, 1, 2, 3, 4)],
  ["with a wire type that does not exist", Buffer.of(0x0f, 1)],
  ["with a field of number zero", Buffer.of(0x02, 1, 0x61)],
  ["with a group that never ends", Buffer.alloc(1_000, 0x0b)],
  ["with groups nested 100,000 deep", Buffer.alloc(100_000, 0x7b)],
  ["with a name that is not UTF-8", Buffer.of(0x0a, 4, 0xff, 0xfe, 0xc3, 0x28)],
  ["of garbage", GARBAGE],
];

const NIL = Buffer.of(0xc0);

/** Values of `memory_note` that are none, in MessagePack. */
const BROKEN_VALUES: readonly (readonly [string, Buffer])[] = [
  ["a text in place of the object", text("a")],
  ["a number in place of a text", note({ title: Buffer.of(5) })],
  ["a list in place of a map", note({ labels: Buffer.of(0x91, 0xc0) })],
  ["a map in place of a list", note({ tags: Buffer.of(0x80) })],
  ["a byte that means nothing", note({ title: Buffer.of(0xc1) })],
  ["a text that is not UTF-8", note({ title: Buffer.of(0xa2, 0xc3, 0x28) })],
  ["a key that is not UTF-8", note({ labels: Buffer.of(0x81, 0xa1, 0xff, 0xc0) })],
  ["an attribute that does not exist", note({ nothing: NIL })],
  ["an attribute named __proto__", note({ ["__proto__"]: NIL })],
  ["no attributes", Buffer.of(0x80)],
  ["lists nested 100 deep", note({ tags: nestedLists(100) })],
  ["lists nested 10,000 deep", note({ tags: nestedLists(10_000) })],
  ["a list of four billion", note({ tags: Buffer.of(0xdd, 0xff, 0xff, 0xff, 0xff) })],
  ["a text of four billion bytes", note({ title: Buffer.of(0xdb, 0xff, 0xff, 0xff, 0xff) })],
  ["an object that ends early", note({}).subarray(0, -1)],
  ["something after its end", Buffer.concat([note({}), NIL])],
  ["garbage", GARBAGE],
];

/** The same in JSON. */
const BROKEN_JSON: readonly (readonly [string, string | Buffer])[] = [
  ["lists nested 100 deep", "[".repeat(100) + "]".repeat(100)],
  ["lists nested 10,000 deep", "[".repeat(10_000) + "]".repeat(10_000)],
  ["objects nested 10,000 deep", '{"a":'.repeat(10_000)],
  ["a number in place of a text", '{"title":5}'],
  ["an object that ends early", '{"title":"a"'],
  ["text that is not UTF-8", Buffer.of(0x22, 0xff, 0x22)],
];

interface Victim {
  readonly launched: Launched;
  readonly handshake: Handshake;
  readonly ordinary: Connection;
}

describe.each(RUNTIMES)("on %s", (runtime) => {
  const terraform = new TerraformSide(runtime);
  beforeAll(() => terraform.build());
  afterAll(() => terraform.end());

  // Each runtime with one of both, and in `npm run test:deep` with the other one too.
  const modes = IS_DEEP ? ["TLS", "plain text"] : [runtime === "Node" ? "plain text" : "TLS"];
  describe.each(modes)("over %s, a provider outlives", (mode) => {
    let victim: Victim;
    beforeAll(async () => {
      const env = mode === "TLS" ? {} : { PLUGIN_CLIENT_CERT: undefined };
      const launched = terraform.launch({ env });
      const handshake = await terraform.handshake(launched);
      const by =
        mode === "TLS" ? terraform.trusting(handshake, terraform.clientCertificate) : credentials.createInsecure();
      victim = { launched, handshake, ordinary: terraform.connect(launched, handshake, by) };
    });
    afterEach(() => expectWell(victim));
    afterAll(async () => {
      await expectEnd(victim);
      await terraform.closeAll();
    });

    it.each(BROKEN_BYTES)("%s on its socket", async (_what, bytes) => {
      const socket = connect(victim.handshake.address);
      await once(socket, "connect");
      await expectRefused(socket, bytes);
    });

    if (mode === "TLS") {
      it.each(BROKEN_BYTES)("%s behind a valid handshake of TLS", async (_what, bytes) => {
        await expectRefused(await terraform.socketTo(victim.handshake), bytes);
      });
    }

    it.each(BROKEN_MESSAGES)("a message %s", async (_what, message) => {
      await expect(raw(victim.ordinary, READ, message)).rejects.toMatchObject({
        code: status.INTERNAL,
        details: expect.not.stringContaining("node_modules") as string,
      });
    });

    if (mode === "plain text") return; // The rest is the same behind TLS.

    it("calls of a method and of a service that do not exist", async () => {
      for (const path of ["/tfplugin6.Provider/Nothing", "/tfplugin9.Provider/ReadResource", "/", "/constructor"]) {
        await expect(raw(victim.ordinary, path, GARBAGE)).rejects.toMatchObject({ code: status.UNIMPLEMENTED });
      }
    });

    it("a message whose sender leaves before its end", async () => {
      const session = await openSession(terraform, victim);
      const call = request(session);
      await new Promise((resolve) => call.write(prefixed(GARBAGE).subarray(0, 100), resolve));
      session.destroy();
    });

    it("a message that announces more than it may have, and one that unpacks to more", async () => {
      const session = await openSession(terraform, victim);
      const announced = request(session);
      announced.write(Buffer.of(0, 0xff, 0xff, 0xff, 0xff, 1, 2, 3));
      await expect(statusOf(announced)).resolves.toBe(status.RESOURCE_EXHAUSTED);
      const packed = request(session, { "grpc-encoding": "gzip" });
      packed.end(prefixed(BOMB, 1));
      await expect(statusOf(packed)).resolves.toBe(status.RESOURCE_EXHAUSTED);
      session.destroy();
    });

    it("200 MB in one message", async () => {
      const { provider } = victim.ordinary;
      const message = ReadResource_Request.create({ typeName: "measure", private: Buffer.alloc(200_000_000) });
      const response = await answerOf<{ private: Buffer }>((done) => provider.readResource(message, done));
      expect(response.private.toString()).toBe("200000000");
    });

    it("streams that are opened and never read, ended or forgotten", async () => {
      const { stdio, broker } = victim.ordinary;
      const before = await filesAtRest(victim);
      const socket = await terraform.socketTo(victim.handshake);
      const session = sessionOver(socket);
      for (let count = 0; count < 50; count++) {
        request(session, { ":path": "/plugin.GRPCStdio/StreamStdio" }).end(prefixed(Buffer.alloc(0)));
        request(session, { ":path": "/plugin.GRPCBroker/StartStream" }).end(prefixed(GARBAGE));
      }
      stdio
        .streamStdio({})
        .on("error", () => {})
        .pause();
      broker
        .startStream()
        .on("error", () => {})
        .end();
      await expectWell(victim);
      // In good order: where a peer leaves something unread, Node's HTTP/2 may miss that it is gone, and keep its socket.
      socket.end();
      await expectFiles(victim, before);
    });

    it("answers of 4 MiB that nobody reads", async () => {
      const before = await filesAtRest(victim);
      const session = await openSession(terraform, victim);
      const message = prefixed(echo(Buffer.alloc(4 * MIB)));
      const calls = Array.from({ length: 8 }, () => request(session).pause());
      const answered = calls.map((call) => once(call, "response"));
      for (const call of calls) call.end(message);
      await Promise.all(answered);
      await expectWell(victim);
      session.destroy();
      await expectFiles(victim, before);
    });

    it("1,000 calls at once, and 1,000 more that are cancelled", async () => {
      const { provider, read } = victim.ordinary;
      const numbers = Array.from({ length: 1_000 }, (_, index) => String(index));
      await expect(Promise.all(numbers.map((number) => read("echo", number)))).resolves.toEqual(numbers);
      const waiting = { ...ReadResource_Request.create(), typeName: "give up" };
      const codes = numbers.map(
        () =>
          new Promise((resolve) => {
            const call = provider.readResource(waiting, (error) => resolve(error?.code));
            setImmediate(() => call.cancel());
          }),
      );
      expect(new Set(await Promise.all(codes))).toEqual(new Set([status.CANCELLED]));
    });

    it("200 connections that are dropped, half of them in the middle of a call", async () => {
      const before = await filesAtRest(victim);
      for (let count = 0; count < 200; count++) {
        if (count % 2 === 0) {
          const socket = connect(victim.handshake.address);
          await once(socket, "connect");
          socket.destroy();
        } else {
          const session = await openSession(terraform, victim);
          const call = request(session);
          call.end(prefixed(echo(GARBAGE)));
          if (count % 4 === 1) await once(call, "response");
          session.destroy();
        }
      }
      await expectFiles(victim, before);
    });
  });
});

describe("the handlers answer with one diagnostic", () => {
  it.each(BROKEN_VALUES)("%s, in MessagePack", (_what, bytes) =>
    expectOneDiagnostic({ msgpack: bytes, json: Buffer.alloc(0) }),
  );

  it.each(BROKEN_JSON)("%s, in JSON", (_what, json) =>
    expectOneDiagnostic({ msgpack: Buffer.alloc(0), json: Buffer.from(json) }),
  );

  it.each(BROKEN_JSON)("%s, in a stored state", async (_what, json) => {
    const { handlers, context } = await memoryProvider();
    const rawState = { json: Buffer.from(json), flatmap: {} };
    const request = { typeName: "memory_note", version: 2, rawState };
    const { diagnostics } = await handlers.upgradeResourceState(request, context);
    expect(diagnostics).toMatchObject([{ severity: Diagnostic_Severity.ERROR }]);
  });
});

/** Whichever call brings the value. */
async function expectOneDiagnostic(value: DynamicValue): Promise<void> {
  const { handlers, context } = await memoryProvider();
  const typeName = "memory_note";
  const plan = planRequest(wire(null), { title: "a" });
  const apply = ApplyResourceChange_Request.fromPartial({ typeName, config: wire({ title: "a" }) });
  const answers = await Promise.all([
    handlers.validateResourceConfig({ typeName, config: value, clientCapabilities: undefined }, context),
    handlers.readResource(ReadResource_Request.fromPartial({ typeName, currentState: value }), context),
    handlers.planResourceChange({ ...plan, proposedNewState: value }, context),
    handlers.planResourceChange({ ...plan, priorState: value }, context),
    handlers.planResourceChange({ ...plan, config: value }, context),
    handlers.applyResourceChange({ ...apply, plannedState: value }, context),
    handlers.applyResourceChange({ ...apply, priorState: value }, context),
  ]);
  const oneError: unknown = [
    expect.objectContaining({ severity: Diagnostic_Severity.ERROR, summary: "Unexpected value" }),
  ];
  expect(answers.map(({ diagnostics }) => diagnostics)).toEqual(answers.map(() => oneError));
}

/** A `memory_note` in MessagePack, some of its attributes as given. */
function note(attributes: Record<string, Buffer>): Buffer {
  const nothing = Object.fromEntries(Object.keys(schema).map((name) => [name, NIL]));
  const entries = Object.entries({ ...nothing, title: text("a"), ...attributes });
  return Buffer.concat([
    Buffer.of(0xde, 0, entries.length),
    ...entries.flatMap(([name, value]) => [text(name), value]),
  ]);
}

function text(content: string): Buffer {
  return Buffer.concat([Buffer.of(0xd9, content.length), Buffer.from(content)]);
}

function nestedLists(depth: number): Buffer {
  return Buffer.concat([Buffer.alloc(depth, 0x91), NIL]);
}

/** An ordinary call is answered, the first process is still there, and its stdout has the handshake alone. */
async function expectWell({ launched, ordinary, handshake }: Victim): Promise<void> {
  await expect(ordinary.read("echo", "well")).resolves.toBe("well");
  expect(launched.child.exitCode).toBeNull();
  expect(launched.stdout()).toBe(`${handshake.fields.join("|")}\n`);
  await shown(launched.stderr, /while the handlers load\n/);
  expect(launched.stderr()).toBe("a stray line before the handshake\na stray line while the handlers load\n");
}

/** It ends on Shutdown, whatever connections are left, and leaves nothing. */
async function expectEnd({ launched, ordinary }: Victim): Promise<void> {
  const asked = performance.now();
  await answerOf((done) => ordinary.controller.shutdown({}, done));
  await expect(launched.ended).resolves.toBe(0);
  expect(performance.now() - asked).toBeLessThan(ENDED_WITHIN_MS);
  expect(readdirSync(launched.temporary)).toEqual([]);
}

/** The provider answers `bytes`, after which nothing comes, with HTTP/2's word of farewell or by closing. */
async function expectRefused(socket: Socket, bytes: Buffer): Promise<void> {
  let answer = Buffer.alloc(0);
  const refused = new AbortController();
  socket
    .on("error", () => {})
    .on("close", () => refused.abort())
    .on("data", (chunk: Buffer) => {
      answer = Buffer.concat([answer, chunk]);
      if (frameTypes(answer).includes(GOAWAY_TYPE)) refused.abort();
    });
  socket.end(bytes);
  await delay(PATIENCE_MS, undefined, { signal: refused.signal }).catch(() => {});
  socket.destroy();
  expect(refused.signal.aborted).toBe(true);
}

/** Files and sockets that the provider has open; where the system does not tell, none. */
function openFiles({ launched }: Victim): number {
  return process.platform === "linux" ? readdirSync(`/proc/${launched.child.pid}/fd`).length : 0;
}

/** The same while there is the ordinary connection alone. */
async function filesAtRest(victim: Victim): Promise<number> {
  await expectWell(victim);
  return openFiles(victim);
}

/** The provider's side of a connection ends a moment after ours. */
async function expectFiles(victim: Victim, count: number): Promise<void> {
  for (let waited = 0; waited < PATIENCE_MS && openFiles(victim) > count; waited += 10) await delay(10);
  expect(openFiles(victim)).toBeLessThanOrEqual(count);
}

/** A call with a message of any bytes. */
function raw({ provider }: Connection, path: string, message: Buffer): Promise<Buffer | undefined> {
  const same = (bytes: Buffer): Buffer => bytes;
  return answerOf((done) => provider.makeUnaryRequest(path, same, same, message, done as never));
}

async function openSession(terraform: TerraformSide, { handshake }: Victim): Promise<ClientHttp2Session> {
  return sessionOver(await terraform.socketTo(handshake));
}

function sessionOver(socket: Socket): ClientHttp2Session {
  return connectHttp2("http://localhost", { createConnection: () => socket }).on("error", () => {});
}

function request(session: ClientHttp2Session, headers: Record<string, string> = {}): ClientHttp2Stream {
  const call = session.request(
    { ":method": "POST", ":path": READ, "content-type": "application/grpc", te: "trailers", ...headers },
    { endStream: false },
  );
  return call.on("error", () => {});
}

/** The status of gRPC with which a call ends, in its trailers or, without a message, in its only headers. */
async function statusOf(call: ClientHttp2Stream): Promise<number> {
  return new Promise((resolve, reject) => {
    const settle = (headers: Record<string, unknown>): void => {
      if (headers["grpc-status"] !== undefined) resolve(Number(headers["grpc-status"]));
    };
    call.on("response", settle).on("trailers", settle).resume();
    call.on("close", () => reject(new Error("closed without a status")));
  });
}

function echo(bytes: Buffer): Buffer {
  return Buffer.from(
    ReadResource_Request.encode({ ...ReadResource_Request.create(), typeName: "echo", private: bytes }).finish(),
  );
}

/** A message in the frame of gRPC. */
function prefixed(message: Buffer, compressed = 0): Buffer {
  const head = Buffer.of(compressed, 0, 0, 0, 0);
  head.writeUInt32BE(message.length, 1);
  return Buffer.concat([head, message]);
}

/** A frame of HTTP/2 (RFC 9113, 4.1). */
function frame(type: number, flags: number, stream: number, payload: Buffer): Buffer {
  const head = Buffer.alloc(9);
  head.writeUIntBE(payload.length, 0, 3);
  head.writeUInt8(type, 3);
  head.writeUInt8(flags, 4);
  head.writeUInt32BE(stream, 5);
  return Buffer.concat([head, payload]);
}

/** The types of the frames that begin in `bytes`. */
function frameTypes(bytes: Buffer): number[] {
  const types: number[] = [];
  for (let at = 0; at + 9 <= bytes.length; at += 9 + bytes.readUIntBE(at, 3)) types.push(bytes.readUInt8(at + 3));
  return types;
}
