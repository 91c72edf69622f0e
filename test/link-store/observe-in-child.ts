// A process of its own that observes a link: forked by the tests, tells its parent when it waits and what it found.
import { FileLinkStore, observeLink } from "../../src/link-store";
import { CronofyClient, Secret, delay } from "../../src/cronofy";
import { KEY, NOW } from "./records";

const [folder = "", apiUrl = ""] = process.argv.slice(2);

const store = new FileLinkStore(folder, {
  delay: (milliseconds, signal) => {
    process.send?.("waiting");
    return delay(milliseconds, signal);
  },
});
const client = new CronofyClient({
  dataCenter: KEY.dataCenter,
  clientId: KEY.clientId,
  clientSecret: new Secret("client-secret"),
  apiUrl,
});

void observeLink(store, client, KEY, { now: () => NOW }).then((evidence) => {
  process.send?.(evidence);
  process.disconnect();
});
