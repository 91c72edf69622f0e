import { X509Certificate } from "node:crypto";
// Only the server is loaded: the package's index brings the client too, which costs a start some milliseconds.
import { setup as resolveAddresses } from "@grpc/grpc-js/build/src/resolver-ip";
import { setup as resolveSockets } from "@grpc/grpc-js/build/src/resolver-uds";
import { Server } from "@grpc/grpc-js/build/src/server";
import { ServerCredentials } from "@grpc/grpc-js/build/src/server-credentials";
import type { Logger } from "../log/logger";
import { ProviderService } from "../wire/generated/tfplugin6";
import { createSelfSignedCertificate } from "./certificate";
import { type Endpoint, openEndpoint } from "./endpoint";
import type { ProviderHandlers } from "../wire/handlers";
import { addHostServices } from "./host-services";
import type { Launch } from "./launch";
import { providerCalls } from "./provider-calls";

interface ProviderServerOptions {
  readonly launch: Omit<Launch, "byTerraform" | "offeredVersions">;
  readonly platform: NodeJS.Platform;
  /** Awaited by each call. */
  readonly handlers: () => Promise<ProviderHandlers>;
  readonly log: Logger;
  /** Called once Terraform's request to end has its answer. */
  readonly onShutdown: () => void;
}

/** A server that accepts connections. */
interface ProviderServer {
  readonly endpoint: Endpoint;
  /** DER; undefined when the connection is in plain text. */
  readonly certificate: Buffer | undefined;
  /** Aborts what is in flight, lets it answer for a short while, then ends. */
  stop(reason: string): Promise<void>;
}

/** As in Go's providers: 256 MiB, both ways. */
const LARGEST_MESSAGE = 256 << 20;
const SERVER_OPTIONS = {
  "grpc.max_receive_message_length": LARGEST_MESSAGE,
  "grpc.max_send_message_length": LARGEST_MESSAGE,
  "grpc.enable_channelz": 0, // statistics that nobody asks for
};
/** Terraform kills a provider that is still there after two seconds. */
const STOP_LIMIT_MS = 1_500;

/**
 * Listens where `launch` says. With a client certificate, only its holder can connect, over TLS; without one, whoever
 * reaches the socket can. Rejects with a sentence for the person who runs Terraform.
 */
export async function startProviderServer(options: ProviderServerOptions): Promise<ProviderServer> {
  const { launch, platform, handlers, log, onShutdown } = options;
  resolveAddresses();
  resolveSockets();
  const server = new Server(SERVER_OPTIONS);
  const calls = providerCalls(handlers, log);
  server.addService(ProviderService, calls.implementation);
  const host = addHostServices(server, onShutdown);

  const { credentials, certificate } = secure(launch.clientCertificate);
  const endpoint = await openEndpoint(launch, platform, (target) => bind(server, target, credentials));

  return {
    endpoint,
    certificate,
    stop: async (reason) => {
      calls.stop(reason);
      host.endStreams();
      await close(server);
    },
  };
}

function secure(clientCertificate: string | undefined): {
  credentials: ServerCredentials;
  certificate: Buffer | undefined;
} {
  if (clientCertificate === undefined) {
    return { credentials: ServerCredentials.createInsecure(), certificate: undefined };
  }
  const own = createSelfSignedCertificate();
  const keyPair = {
    private_key: Buffer.from(own.privateKeyPem),
    cert_chain: Buffer.from(own.certificatePem),
  };
  return {
    credentials: ServerCredentials.createSsl(Buffer.from(parse(clientCertificate)), [keyPair], true),
    certificate: own.certificate,
  };
}

/** Text without a certificate would count as an empty list of trusted ones, which Bun takes for its default list. */
function parse(clientCertificate: string): string {
  try {
    return new X509Certificate(clientCertificate).toString();
  } catch (cause) {
    throw new Error("PLUGIN_CLIENT_CERT holds no certificate in PEM form, so Terraform cannot prove who it is.", {
      cause,
    });
  }
}

function bind(server: Server, target: string, credentials: ServerCredentials): Promise<void> {
  return new Promise((resolve, reject) => {
    server.bindAsync(target, credentials, (error) => (error === null ? resolve() : reject(error)));
  });
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    const limit = setTimeout(() => {
      server.forceShutdown();
      resolve();
    }, STOP_LIMIT_MS);
    server.tryShutdown(() => {
      clearTimeout(limit);
      resolve();
    });
  });
}
