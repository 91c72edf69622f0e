// Before all else: a Ctrl-C or a line of output during start-up must do no harm.
import "terraform-plugin-ts/before-imports";
import { serve } from "terraform-plugin-ts/serve";

void serve({
  address: "registry.terraform.io/example/tinydb",
  name: "tinydb",
  // What the handshake does not need is loaded behind it.
  handlers: async () => (await import("./provider")).handlers(),
});
