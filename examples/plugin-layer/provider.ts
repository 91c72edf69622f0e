import { createHandlers, string } from "terraform-plugin-ts";
import { connectionUrl } from "./connection-url";
import { database } from "./database";
import { login } from "./login";
import { version } from "./package.json";
import { sizes } from "./sizes";
import { Tinydb, provider } from "./tinydb";

export const address = "registry.terraform.io/example/tinydb";

const tinydb = provider({
  address,
  version,
  description: "Keeps databases at Tinydb.",
  schema: { url: string({ required: true, description: "Where Tinydb's API is." }) },
  // While planning it may be unknown; what needs it then fails.
  configure: ({ url }) => new Tinydb(url.kind === "known" ? url.value : ""),
  resources: [database],
  dataSources: [sizes],
  ephemeralResources: [login],
  functions: [connectionUrl],
});

export const handlers = () => createHandlers(tinydb);
