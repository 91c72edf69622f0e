import { createJsonLogger } from "../log/json-logger";
import type { ProviderHandlers } from "../server/handlers";
import { startProviderServer } from "../server/provider-server";
import { reattachValue } from "../server/reattach";

/** A provider that runs in this very process, so that a test holds its clock and its surroundings. */
export interface AttachedProvider {
  /** What makes Terraform use it. */
  readonly env: { readonly TF_REATTACH_PROVIDERS: string };
  close(): Promise<void>;
}

/**
 * Serves a provider to the Terraform processes that get its environment.
 *
 * @param address the registry address by which configurations name it.
 */
export async function attachProvider(address: string, handlers: ProviderHandlers): Promise<AttachedProvider> {
  const server = await startProviderServer({
    launch: {
      clientCertificate: undefined,
      socketFolder: undefined,
      socketGroup: undefined,
      ports: { first: 10_000, last: 25_000 },
    },
    platform: process.platform,
    handlers: () => Promise.resolve(handlers),
    log: createJsonLogger({ level: "off", module: "test" }),
    onShutdown: () => undefined,
  });
  const { endpoint } = server;
  return {
    env: { TF_REATTACH_PROVIDERS: reattachValue({ address, pid: process.pid, endpoint }) },
    async close() {
      await server.stop("The test is over.");
      endpoint.remove();
    },
  };
}
