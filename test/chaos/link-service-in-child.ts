// A process of its own that is a link service: forked by a chaos run, which kills it at any moment.
import { CronofyClient, Secret } from "../../src/cronofy";
import { startLinkService } from "../../src/link-service";
import { openLinkStore, storeChosenBy } from "../../src/link-store";
import { answerParent, tellParent } from "./fleet-process";

const { env } = process;

answerParent(async (now) => {
  const choice = storeChosenBy(env);
  if (choice === null) throw new Error("No store was chosen.");
  const service = await startLinkService({
    client: new CronofyClient({
      dataCenter: "us",
      clientId: env["CRONOFY_CLIENT_ID"] ?? "",
      clientSecret: new Secret(env["CRONOFY_CLIENT_SECRET"] ?? ""),
      apiUrl: env["CRONOFY_API_URL"] ?? "",
      appUrl: env["CRONOFY_APP_URL"] ?? "",
      requestsPerSecond: 100_000,
      requestsPerMinute: 100_000,
      now,
    }),
    store: openLinkStore(choice, { env, now }),
    linkSecret: new Secret(env["CRONOFY_CLIENT_SECRET"] ?? ""),
    publicUrl: env["OU_LINK_SERVICE_URL"] ?? "",
    port: 0,
    now,
    log: ({ outcome, link, detail }) => {
      if (outcome !== null) tellParent({ log: { outcome, link, detail } });
    },
  });
  return () => Promise.resolve({ url: service.url });
});
