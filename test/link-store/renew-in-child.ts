// A process of its own that observes a link each time it is told to: forked by the tests. KILL_AT makes it kill itself at
// one of the steps that it takes towards its store.
import { observeLink, openLinkSource, storeChosenBy } from "../../src/link-store";
import { CronofyClient, Secret } from "../../src/cronofy";
import { KEY, NOW } from "./records";
import { killAtStep } from "./kill-at-step";

const { API_URL: apiUrl = "", KILL_AT: killAt = "" } = process.env;
const choice = storeChosenBy(process.env);
if (choice === null) throw new Error("No store was chosen.");

const source = openLinkSource(choice, { env: process.env });
const client = new CronofyClient({
  dataCenter: KEY.dataCenter,
  clientId: KEY.clientId,
  clientSecret: new Secret("client-secret"),
  apiUrl,
});

process.on("message", () => {
  void observeLink(source, client, KEY, { now: () => NOW }).then((evidence) => process.send?.(evidence));
});
process.on("disconnect", () => process.exit(0));

if (killAt !== "") killAtStep(Number(killAt));
process.send?.("ready");
