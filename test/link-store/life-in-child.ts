// A process of its own that does one thing to many links, and halts with each at another step that it takes towards its
// store: forked by the tests, which kill it then.
import { openLinkStore, storeChosenBy } from "../../src/link-store";
import { countSteps, haltAtStep } from "./halt-at-step";
import { MOMENTS, clientOf } from "./moments";
import type { MomentName } from "./moments";
import { write } from "./records";

/** More than there are. */
const MOST_STEPS = 100;

const { API_URL: apiUrl = "", MOMENT: name = "" } = process.env;
const choice = storeChosenBy(process.env);
if (choice === null) throw new Error("No store was chosen.");

async function haltAtEach(): Promise<number> {
  const client = clientOf(apiUrl);
  const moment = MOMENTS[name as MomentName];
  for (let step = 1; step <= MOST_STEPS; step++) {
    // Whatever a halted store holds, such as a connection, is nobody else's.
    const store = openLinkStore(choice as NonNullable<typeof choice>, { env: process.env });
    const link = moment.before(step);
    if (link !== null) await write(store, link);
    if ((await haltAtStep(step, () => moment.act(store, client, step))) === "done") return step - 1;
  }
  throw new Error(`It takes more than ${MOST_STEPS} steps.`);
}

countSteps();
void haltAtEach().then((steps) => process.send?.(steps));
