// Before all else: a Ctrl-C or a line of output during start-up must do no harm.
import "../plugin/server/before-imports";
import { serve } from "../plugin/server/serve";
import { PROVIDER_ADDRESS } from "./address";

void serve({
  address: PROVIDER_ADDRESS,
  name: "cronofy",
  // What the handshake does not need is loaded behind it.
  handlers: async () => (await import("./handlers")).cronofyHandlers(),
});
