import type { Server, ServerDuplexStream, ServerWritableStream } from "@grpc/grpc-js";
import { Status as status } from "@grpc/grpc-js/build/src/constants";
import {
  type ConnInfo,
  GRPCBrokerService,
  type GRPCBrokerServer,
  type GRPCControllerServer,
  GRPCControllerService,
  type GRPCStdioServer,
  GRPCStdioService,
  type StdioData,
} from "../wire/generated/go_plugin";
import type { Empty } from "../wire/generated/google/protobuf/empty";
import { HealthCheckResponse_ServingStatus, type HealthServer, HealthService } from "../wire/generated/health";

interface HostServices {
  /** Ends the streams that the host keeps open; the server would wait for them. */
  endStreams(): void;
}

type IdleStream = ServerWritableStream<Empty, StdioData> | ServerDuplexStream<ConnInfo, ConnInfo>;

/** go-plugin's name for a plugin; an empty name asks for the server as a whole. */
const HEALTHY = ["plugin", ""];

/**
 * Registers what each plugin of go-plugin answers beside its own service.
 *
 * @param shutDown called once the host's Shutdown has its answer
 */
export function addHostServices(server: Server, shutDown: () => void): HostServices {
  const streams = new Set<IdleStream>();
  const keepOpen = (stream: IdleStream): void => {
    streams.add(stream);
    stream.on("cancelled", () => streams.delete(stream));
    stream.on("error", () => streams.delete(stream));
  };

  const controller: GRPCControllerServer = {
    shutdown: (_call, callback) => {
      callback(null, {});
      shutDown();
    },
  };
  // Nothing is ever sent: what we have to say goes to the real stderr.
  const stdio: GRPCStdioServer = { streamStdio: keepOpen };
  // The host opens the broker's stream at once, though a provider asks for no further connections.
  const broker: GRPCBrokerServer = {
    startStream: (stream) => {
      keepOpen(stream);
      stream.on("data", () => {});
      stream.on("end", () => stream.end());
    },
  };
  const health: HealthServer = {
    check: (call, callback) => {
      if (HEALTHY.includes(call.request.service)) {
        callback(null, { status: HealthCheckResponse_ServingStatus.SERVING });
      } else {
        callback({ code: status.NOT_FOUND, details: 'No such service; a plugin is called "plugin".' });
      }
    },
  };

  server.addService(GRPCControllerService, controller);
  server.addService(GRPCStdioService, stdio);
  server.addService(GRPCBrokerService, broker);
  server.addService(HealthService, health);

  return {
    endStreams: () => {
      for (const stream of streams) stream.end();
    },
  };
}
