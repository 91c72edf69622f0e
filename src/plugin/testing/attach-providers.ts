import { createJsonLogger } from "../log/json-logger";
import { reattachValue } from "../server/handshake";
import { startProviderServer } from "../server/provider-server";
import type { ProviderHandlers } from "../wire/handlers";

/** Providers that run in this very process, so that a test holds their clock and their surroundings. */
export interface AttachedProviders {
  /** What makes Terraform use them. */
  readonly env: { readonly TF_REATTACH_PROVIDERS: string };
  close(): Promise<void>;
}

/**
 * Serves providers to the Terraform processes that get their environment.
 *
 * @param providers handlers by registry address, such as `registry.terraform.io/test/memory`.
 * @throws Error when one cannot listen; none is left running then.
 */
export async function attachProviders(
  providers: Readonly<Record<string, ProviderHandlers>>,
): Promise<AttachedProviders> {
  const attached: AttachedProvider[] = [];
  const close = async () => {
    for (const each of attached.splice(0)) await each.close();
  };
  try {
    for (const [address, handlers] of Object.entries(providers)) attached.push(await attach(address, handlers));
  } catch (error) {
    await close();
    throw error;
  }
  const reattach = Object.assign({}, ...attached.map((each) => each.reattach)) as Readonly<Record<string, unknown>>;
  return { env: { TF_REATTACH_PROVIDERS: JSON.stringify(reattach) }, close };
}

interface AttachedProvider {
  /** Address → where Terraform finds it. */
  readonly reattach: Readonly<Record<string, unknown>>;
  close(): Promise<void>;
}

async function attach(address: string, handlers: ProviderHandlers): Promise<AttachedProvider> {
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
  const entries = [...new Set([address, openTofuAddress(address)])].map(
    (each) => JSON.parse(reattachValue({ address: each, pid: process.pid, endpoint })) as Record<string, unknown>,
  );
  return {
    reattach: Object.assign({}, ...entries) as Record<string, unknown>,
    async close() {
      await server.stop("The test is over.");
      endpoint.remove();
    },
  };
}

/**
 * The address by which OpenTofu knows a provider that is not in its registry: a source without a host, such as
 * `test/memory`, means `registry.terraform.io/test/memory` to Terraform and `registry.opentofu.org/test/memory` to
 * OpenTofu. https://opentofu.org/docs/language/providers/requirements/#source-addresses
 */
export function openTofuAddress(address: string): string {
  return address.replace(/^registry\.terraform\.io\//, "registry.opentofu.org/");
}
