import type { HttpBindings } from "@hono/node-server";
import type { MiddlewareHandler } from "hono";

/** What the hosts' handlers get beside the request: Node's own objects when there is a listener, nothing when not. */
export interface HostEnvironment {
  Bindings: Partial<HttpBindings>;
}

/** Something a request passes on its way to its route, and the response on its way back. */
export type Gate = MiddlewareHandler<HostEnvironment>;
