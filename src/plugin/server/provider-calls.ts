import type {
  StatusObject,
  UntypedServiceImplementation,
  handleServerStreamingCall,
  handleUnaryCall,
} from "@grpc/grpc-js";
import { Status as status } from "@grpc/grpc-js/build/src/constants";
import { describeUnexpected } from "../log/logger";
import type { Logger } from "../log/logger";
import { ProviderService, type StopProvider_Request, type StopProvider_Response } from "../wire/generated/tfplugin6";
import type { CallContext, ProviderHandlers } from "../wire/handlers";
import { logCall } from "./call-log";

interface ProviderCalls {
  /** What to register for `ProviderService`. */
  readonly implementation: UntypedServiceImplementation;
  /** Aborts the calls that are being answered. Later ones are served as ever. */
  stop(reason: string): void;
}

/** The handlers, seen from where their messages are only passed on. */
type Handlers = Readonly<Record<string, Handler | undefined>>;
type Handler = (request: unknown, context: CallContext, send?: (event: unknown) => void) => Promise<unknown>;

/**
 * The provider service over `handlers`, which each call awaits: each call gets its own log fields and an abort signal,
 * and what a handler throws becomes a gRPC status without a stack trace.
 */
export function providerCalls(handlers: () => Promise<ProviderHandlers>, log: Logger): ProviderCalls {
  const inFlight = new Map<ServerCall, AbortController>();

  const stop = (reason: string): void => {
    for (const call of inFlight.values()) call.abort(new DOMException(reason, "AbortError"));
  };

  const stopProvider: handleUnaryCall<StopProvider_Request, StopProvider_Response> = (_call, callback) => {
    log.debug("Terraform asks to stop", { tf_rpc: "StopProvider" });
    stop("Terraform was interrupted.");
    callback(null, { Error: "" });
  };

  const implementation: UntypedServiceImplementation = { stopProvider };
  for (const [method, { path, responseStream }] of Object.entries(ProviderService)) {
    const rpc = path.slice(path.lastIndexOf("/") + 1);
    if (method !== "stopProvider") implementation[method] = (responseStream ? streaming : answering)(method, rpc);
  }

  function answering(method: string, rpc: string): handleUnaryCall<unknown, unknown> {
    return (call, callback) => {
      const { context, served } = begun(call, rpc);
      void handle(method, call.request, context)
        .finally(() => inFlight.delete(call))
        .then(
          (response) => {
            served(response);
            callback(null, response);
          },
          (error: unknown) => {
            const failure = toStatus(error, rpc, context);
            served();
            callback(failure);
          },
        );
    };
  }

  function streaming(method: string, rpc: string): handleServerStreamingCall<unknown, unknown> {
    return (call) => {
      const { context, served } = begun(call, rpc);
      let last: unknown;
      const send = (event: unknown): void => {
        last = event;
        call.write(event);
      };
      void handle(method, call.request, context, send)
        .finally(() => inFlight.delete(call))
        .then(
          () => {
            served(last);
            call.end();
          },
          (error: unknown) => {
            const failure = toStatus(error, rpc, context);
            served();
            call.emit("error", failure);
          },
        );
    };
  }

  /** Registers a call, with its log and the controller that aborts it. */
  function begun(call: ServerCall, rpc: string): { context: CallContext; served: (response?: unknown) => void } {
    const controller = new AbortController();
    const { log: callLog, served } = logCall(log, rpc, call.request);
    inFlight.set(call, controller);
    call.on("cancelled", () => {
      // The stream of every call ends with this event, also that of one which has its answer.
      if (!inFlight.has(call)) return;
      controller.abort(new DOMException("Terraform cancelled the call.", "AbortError"));
    });
    return { context: { signal: controller.signal, log: callLog }, served };
  }

  async function handle(method: string, request: unknown, context: CallContext, send?: (event: unknown) => void) {
    const handler = ((await handlers()) as Handlers)[method];
    if (handler === undefined) throw new NotOffered();
    return handler(request, context, send);
  }

  return { implementation, stop };
}

/** What calls with one answer and calls with a stream of them have in common. */
type ServerCall =
  | Parameters<handleUnaryCall<unknown, unknown>>[0]
  | Parameters<handleServerStreamingCall<unknown, unknown>>[0];

/** The provider has no handler for the method. */
class NotOffered extends Error {}

function toStatus(error: unknown, rpc: string, { signal, log }: CallContext): Partial<StatusObject> {
  if (error instanceof NotOffered) {
    return { code: status.UNIMPLEMENTED, details: `The provider does not offer ${rpc}` };
  }
  if (signal.aborted && error instanceof Error && error.name === "AbortError") {
    return { code: status.CANCELLED, details: `${rpc} was stopped before it was done` };
  }
  const { kind, trace } = describeUnexpected(error);
  log.error("A handler failed", { error: trace });
  // Its message stays in the log, where secrets are masked. Terraform adds the full stop.
  const details = `${rpc} ended with an unexpected ${kind}: this is a bug in the provider. TF_LOG=ERROR shows more`;
  return { code: status.INTERNAL, details };
}
