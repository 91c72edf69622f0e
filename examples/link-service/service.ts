import {
  CronofyClient,
  Secret,
  Webhook,
  createLinkService,
  isDataCenterId,
  openLinkStore,
  storeChosenBy,
} from "ou-link/link-service";
import type { LinkService } from "ou-link/link-service";

/** A link service by the environment that `ou-link serve` reads too, and the webhook that it tells of links, if any. */
export function serviceFrom(env: NodeJS.ProcessEnv): {
  readonly service: LinkService;
  readonly webhook: Webhook | null;
} {
  const required = (name: string): string => {
    const value = env[name];
    if (!value) throw new Error(`${name} is not set.`);
    return value;
  };
  const choice = storeChosenBy(env);
  if (choice === null) throw new Error("Set OU_LINK_STORE_POSTGRES or OU_LINK_STORE_FILE.");
  const note = (line: string) => console.warn(line);
  const url = env["OU_LINK_WEBHOOK_URL"];
  const webhook = url
    ? new Webhook({ url, secret: new Secret(required("OU_LINK_WEBHOOK_SECRET")), onNote: note })
    : null;
  const dataCenter = env["CRONOFY_DATA_CENTER"] || "us";
  if (!isDataCenterId(dataCenter)) throw new Error(`CRONOFY_DATA_CENTER=${dataCenter} is no data center.`);
  const clientSecret = required("CRONOFY_CLIENT_SECRET");
  const service = createLinkService({
    client: new CronofyClient({
      dataCenter,
      clientId: required("CRONOFY_CLIENT_ID"),
      clientSecret: new Secret(clientSecret),
      // An administrator waits at the other end.
      totalTimeout: 20_000,
    }),
    store: openLinkStore(choice, { env, lockTimeout: 15_000, onNote: note }),
    linkSecret: new Secret(env["OU_LINK_SECRET"] || clientSecret),
    publicUrl: required("OU_LINK_PUBLIC_URL"),
    integrator: { name: "Acme Scheduling" },
    ...(webhook && { onLinked: webhook.send }),
  });
  return { service, webhook };
}
