/** Terraform's part of the plugin protocol: starts the provider of `fixture/` and talks to it as go-plugin does. */
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { connect, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as delay } from "node:timers/promises";
import { connect as connectSecurely } from "node:tls";
import type {
  CallOptions,
  ChannelCredentials,
  Client,
  ClientDuplexStream,
  ClientOptions,
  ClientReadableStream,
  ClientUnaryCall,
  ServiceDefinition,
  ServiceError,
} from "@grpc/grpc-js";
import { credentials, makeGenericClientConstructor, Metadata } from "@grpc/grpc-js";
import { installedBun } from "../../../src/plugin/build/installed-bun";
import { createSelfSignedCertificate, type SelfSignedCertificate } from "../../../src/plugin/server/certificate";
import {
  GRPCBrokerService,
  GRPCControllerService,
  GRPCStdioService,
} from "../../../src/plugin/wire/generated/go_plugin";
import { HealthService } from "../../../src/plugin/wire/generated/health";
import {
  ProviderService,
  ReadResource_Request,
  type ReadResource_Response,
} from "../../../src/plugin/wire/generated/tfplugin6";
import { packedProvider } from "./packed-provider";

const COOKIE = "d602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2";
const ROOT = join(__dirname, "..", "..", "..");
/** What the provider runs as: the source on its own runtime, and packed as a release is. */
export const RUNTIMES = ["Node", "the packed executable"] as const;
type Runtime = (typeof RUNTIMES)[number];

export interface Launched {
  readonly child: ChildProcess;
  /** The folder in which it makes temporary files. */
  readonly temporary: string;
  /** All that has been written so far. */
  readonly stdout: () => string;
  readonly stderr: () => string;
  /** The first line of stdout; what there is when it ends before. */
  readonly firstLine: Promise<string>;
  /** Exit code, or the name of the signal. */
  readonly ended: Promise<number | string>;
}

export interface Handshake {
  readonly fields: readonly string[];
  readonly network: string;
  readonly address: string;
  readonly certificate: string;
}

/** Everything that a test opens is closed by `closeAll`, and with `end` goes what `build` has made. */
export class TerraformSide {
  readonly #children: Launched[] = [];
  readonly #clients: Client[] = [];
  readonly #folder = mkdtempSync(join(tmpdir(), "t-"));
  readonly #runtime: Runtime;
  #command: readonly string[] = [];
  readonly clientCertificate: SelfSignedCertificate = createSelfSignedCertificate({ curve: "P-521" });

  constructor(runtime: Runtime = "Node") {
    this.#runtime = runtime;
  }

  /** Makes the provider of `fixture/` ready to be launched. */
  async build(): Promise<void> {
    this.#command = this.#runtime === "Node" ? [process.execPath, this.#bundle()] : [await packedProvider()];
  }

  /** What starts the provider of `fixture/`, once it is built. */
  get command(): readonly string[] {
    return this.#command;
  }

  /** One file of JavaScript, which Node loads faster than many of TypeScript. */
  #bundle(): string {
    const bundle = join(this.#folder, "provider.js");
    const entry = join(__dirname, "fixture", "provider.ts");
    const args = ["build", entry, "--target=node", "--format=cjs", `--outfile=${bundle}`];
    execFileSync(installedBun(ROOT).compiler, args, { stdio: ["ignore", "ignore", "inherit"] });
    return bundle;
  }

  /** Starts the provider. By default as Terraform does; a variable of undefined is left out. */
  launch(
    options: {
      env?: Record<string, string | undefined>;
      argv?: string[];
      /** What starts it in turn, such as a shell. */
      command?: string[];
      /** Another provider than that of `fixture/`. */
      provider?: string[];
      cwd?: string;
    } = {},
  ): Launched {
    const temporary = mkdtempSync(join(tmpdir(), "t-"));
    const env = {
      PATH: process.env["PATH"],
      TMPDIR: temporary,
      TF_PLUGIN_MAGIC_COOKIE: COOKIE,
      PLUGIN_PROTOCOL_VERSIONS: "6,5",
      PLUGIN_MIN_PORT: "10000",
      PLUGIN_MAX_PORT: "25000",
      PLUGIN_CLIENT_CERT: this.clientCertificate.certificatePem,
      ...options.env,
    };
    const command = [...(options.provider ?? this.#command), ...(options.argv ?? [])];
    const [program = "", ...args] = [...(options.command ?? []), ...command];
    const child = spawn(program, args, { env, stdio: ["ignore", "pipe", "pipe"], cwd: options.cwd });
    let stdout = "";
    let stderr = "";
    child.stdout.on("data", (chunk) => (stdout += chunk));
    child.stderr.on("data", (chunk) => (stderr += chunk));
    const lines = createInterface(child.stdout);
    const launched: Launched = {
      child,
      temporary,
      stdout: () => stdout,
      stderr: () => stderr,
      firstLine: Promise.race([once(lines, "line"), once(lines, "close")]).then(([line]) => String(line ?? stdout)),
      ended: once(child, "close").then(([code, signal]) => (code ?? signal) as number | string),
    };
    this.#children.push(launched);
    return launched;
  }

  /** Reads the handshake line of a provider that was launched. */
  async handshake(launched: Launched): Promise<Handshake> {
    const fields = (await launched.firstLine).split("|");
    const [, , network = "", address = "", , certificate = ""] = fields;
    if (fields.length !== 6) throw new Error(`no handshake: ${fields.join("|")} ${launched.stderr()}`);
    return { fields, network, address, certificate };
  }

  /** Launches the provider and connects to it over TLS. */
  async start(options: Parameters<TerraformSide["launch"]>[0] = {}): Promise<Connection> {
    const launched = this.launch(options);
    const handshake = await this.handshake(launched);
    return this.connect(launched, handshake, this.trusting(handshake, this.clientCertificate));
  }

  /** Trusts exactly the certificate of the handshake, and shows that of `identity`. */
  trusting({ certificate }: Handshake, identity?: SelfSignedCertificate): ChannelCredentials {
    const pem = Buffer.from(pemOf(certificate));
    return identity
      ? credentials.createSsl(pem, Buffer.from(identity.privateKeyPem), Buffer.from(identity.certificatePem))
      : credentials.createSsl(pem);
  }

  /** A socket to the provider for bytes of any kind: behind TLS when the handshake has a certificate. */
  async socketTo({ address, certificate }: Handshake): Promise<Socket> {
    if (certificate === "") {
      const socket = connect(address);
      await once(socket, "connect");
      return socket;
    }
    const { certificatePem: cert, privateKeyPem: key } = this.clientCertificate;
    const socket = connectSecurely({
      path: address,
      ca: pemOf(certificate),
      cert,
      key,
      servername: "localhost",
      ALPNProtocols: ["h2"],
    });
    await once(socket, "secureConnect");
    return socket;
  }

  /** A client for each service, on one connection. */
  connect(
    launched: Launched,
    { network, address }: Pick<Handshake, "network" | "address">,
    by: ChannelCredentials,
  ): Connection {
    const target = network === "unix" ? `unix:${address}` : address;
    const options: ClientOptions = {
      "grpc.max_receive_message_length": -1,
      "grpc.max_send_message_length": -1,
      "grpc.default_authority": "localhost",
      "grpc.ssl_target_name_override": "localhost",
    };
    const provider = clientOf(ProviderService, target, by, options);
    const shared = { ...options, channelOverride: provider.getChannel() };
    this.#clients.push(provider);
    return {
      launched,
      provider,
      controller: clientOf(GRPCControllerService, target, by, shared),
      stdio: clientOf(GRPCStdioService, target, by, shared),
      broker: clientOf(GRPCBrokerService, target, by, shared),
      health: clientOf(HealthService, target, by, shared),
      read: (deed, input = "") => readResource(provider, deed, input),
      stop: () => answerOf((done) => provider.stopProvider({}, done)),
    };
  }

  /** Closes every connection and ends every process. */
  async closeAll(): Promise<void> {
    for (const client of this.#clients.splice(0)) client.close();
    for (const { child, ended, temporary } of this.#children.splice(0)) {
      child.kill("SIGKILL");
      await ended;
      rmSync(temporary, { recursive: true, force: true });
    }
  }

  async end(): Promise<void> {
    await this.closeAll();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

/** A client of a service, of which only the server's side is generated. */
type ClientOf<Service> = Client & { readonly [Method in keyof Service]: CallOf<Service[Method]> };
export type ProviderClient = ClientOf<typeof ProviderService>;

type CallOf<Method> = Method extends {
  requestStream: infer Asks;
  responseStream: infer Answers;
  requestDeserialize: (bytes: Buffer) => infer Request;
  responseDeserialize: (bytes: Buffer) => infer Response;
}
  ? Asks extends true
    ? () => ClientDuplexStream<Request, Response>
    : Answers extends true
      ? (request: Request) => ClientReadableStream<Response>
      : UnaryCall<Request, Response>
  : never;

interface UnaryCall<Request, Response> {
  (request: Request, done: Done<Response>): ClientUnaryCall;
  (request: Request, metadata: Metadata, options: Partial<CallOptions>, done: Done<Response>): ClientUnaryCall;
}

type Done<Response> = (error: ServiceError | null, response: Response) => void;

function clientOf<Service extends ServiceDefinition>(
  service: Service,
  target: string,
  by: ChannelCredentials,
  options: ClientOptions,
): ClientOf<Service> {
  return new (makeGenericClientConstructor(service, ""))(target, by, options) as unknown as ClientOf<Service>;
}

export interface Connection {
  readonly launched: Launched;
  readonly provider: ProviderClient;
  readonly controller: ClientOf<typeof GRPCControllerService>;
  readonly stdio: ClientOf<typeof GRPCStdioService>;
  readonly broker: ClientOf<typeof GRPCBrokerService>;
  readonly health: ClientOf<typeof HealthService>;
  /** Has the provider do one of the deeds of `fixture/handlers.ts`; resolves to what it tells. */
  readonly read: (deed: string, input?: string) => Promise<string>;
  readonly stop: () => Promise<{ Error: string }>;
}

/** The answer to a call, or a rejection with its gRPC status. */
export function answerOf<Response>(
  call: (done: (error: ServiceError | null, response: Response) => void) => unknown,
): Promise<Response> {
  return new Promise((resolve, reject) => {
    call((error, response) => (error === null ? resolve(response) : reject(error)));
  });
}

/** The first group of `pattern`, or what it matches, as soon as the output has it. */
export async function shown(output: () => string, pattern: RegExp): Promise<string> {
  for (let attempt = 0; attempt < 400; attempt++) {
    const found = pattern.exec(output());
    if (found !== null) return found[1] ?? found[0];
    await delay(10);
  }
  throw new Error(`no ${pattern.source} in: ${output()}`);
}

/** The certificate of a handshake, which has no padding, in the form that TLS libraries read. */
function pemOf(certificate: string): string {
  const padded = certificate.padEnd(Math.ceil(certificate.length / 4) * 4, "=");
  return `-----BEGIN CERTIFICATE-----\n${(padded.match(/.{1,64}/g) ?? []).join("\n")}\n-----END CERTIFICATE-----\n`;
}

async function readResource(provider: ProviderClient, deed: string, input: string): Promise<string> {
  const request = ReadResource_Request.create({ typeName: deed, private: Buffer.from(input) });
  const deadline = Date.now() + 20_000;
  const response = await answerOf<ReadResource_Response>((done) =>
    provider.readResource(request, new Metadata(), { deadline }, done),
  );
  return response.private.toString();
}
