/** The entry file of the provider that `rpc.ts` calls. */
import "../src/plugin/server/before-imports";
import { serve } from "../src/plugin/server/serve";

void serve({
  address: "registry.terraform.io/example/bench",
  name: "bench",
  handlers: async () => {
    const [{ createHandlers }, { rpcProvider }] = await Promise.all([
      import("../src/plugin"),
      import("./rpc-resource"),
    ]);
    return createHandlers(rpcProvider);
  },
});
