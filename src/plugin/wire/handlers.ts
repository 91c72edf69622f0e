import type { handleServerStreamingCall, handleUnaryCall } from "@grpc/grpc-js";
import type { Logger } from "../log/logger";
import type { ProviderServer } from "./generated/tfplugin6";

/** What a call brings beside its request. */
export interface CallContext {
  /** Aborted when Terraform asks the provider to stop, when it cancels this call, or when its connection is gone. */
  readonly signal: AbortSignal;
  /** Logs with the call's own fields (`tf_rpc`, `tf_req_id`, `tf_resource_type`). */
  readonly log: Logger;
}

/**
 * One function for each method of the provider service: request in, response out; where the answer is a stream, each
 * event of it by `send`, and the end of the function ends it.
 *
 * An expected failure is a diagnostic in the response. What a handler throws is its own mistake; the server turns it
 * into a gRPC error without a stack trace.
 */
export type ProviderHandlers = {
  readonly [
    Method in keyof ProviderServer as string extends Method ? never : Method extends "stopProvider" ? never : Method
  ]: ProviderServer[Method] extends handleUnaryCall<infer Request, infer Response>
    ? (request: Request, context: CallContext) => Promise<Response>
    : ProviderServer[Method] extends handleServerStreamingCall<infer Request, infer Event>
      ? (request: Request, context: CallContext, send: (event: Event) => void) => Promise<void>
      : never;
};
