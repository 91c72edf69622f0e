// A process of its own that observes a link each time it is told to: forked by the tests.
import { observeLink, openLinkSource, storeChosenBy } from "../../src/link-store";
import { clientOf } from "./moments";
import { KEY, NOW } from "./records";

const choice = storeChosenBy(process.env);
if (choice === null) throw new Error("No store was chosen.");

const source = openLinkSource(choice, { env: process.env });
const client = clientOf(process.env["API_URL"] ?? "");

process.on("message", () => {
  void observeLink(source, client, KEY, { now: () => NOW }).then((evidence) => process.send?.(evidence));
});
process.on("disconnect", () => process.exit(0));
process.send?.("ready");
