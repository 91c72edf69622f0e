// This comes first, so that a Ctrl-C or a line of output during start-up does no harm.
import "../plugin/server/before-imports";
import { serve } from "../plugin/server/serve";
import { PROVIDER_ADDRESS } from "./address";

void serve({
  address: PROVIDER_ADDRESS,
  name: "cronofy",
  // The handshake does not need this, so it is loaded afterwards.
  handlers: async () => (await import("./provider")).cronofyHandlers(),
});
