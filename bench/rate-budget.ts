import { CronofyClient, RateBudget, Secret, Stopwatch, delay } from "../src/cronofy";
import { DOCUMENTED_RATE_LIMIT, createSandbox } from "../src/sandbox";
import type { RunningSandbox } from "../src/sandbox";
import { markdownTable } from "./markdown-table";
import { timed } from "./measurement";
import { verdict } from "./run-parts";
import type { Part } from "./run-parts";
import { serviceAccountId } from "./subject";

const OPERATIONS = 2_000;

/** Milliseconds that Cronofy takes for an answer. */
const ANSWER_TIME = 50;

/** How much faster than real time all clocks run. */
const SPEED = 4;

/** Of the time that the limit alone imposes. */
const BUDGET = 1.05;

const MINUTE = 60_000;

/**
 * Many operations, all at once, beside the time that Cronofy's documented limit alone imposes on them. Both sides' clocks
 * and the time of an answer are scaled alike; what computing takes is not, so that the scaled run is the harder one.
 */
export const rateBudget: Part = {
  name: "rate-budget",
  async run({ quick }) {
    const operations = quick ? 200 : OPERATIONS;
    const sandbox = createSandbox({
      serviceAccounts: [{ service_account_id: serviceAccountId(0), email: "calendars@customer.test" }],
      assumptions: { rateLimit: DOCUMENTED_RATE_LIMIT },
      faults: [{ path: "/*", delay_ms: ANSWER_TIME, times: 1_000_000 }],
      now: () => performance.now() * SPEED,
      delay: (milliseconds, signal) => delay(milliseconds / SPEED, signal),
    });
    const running = await sandbox.listen();
    try {
      const outcome = { failures: [] as Error[], refused: 0 };
      const client = clientOf(running, () => outcome.refused++);
      const ours = await timed(() =>
        Promise.all(
          Array.from({ length: operations }, () =>
            client.createLinkToken(serviceAccountId(0)).catch((error: Error) => outcome.failures.push(error)),
          ),
        ),
      );
      const [first, ...more] = outcome.failures;
      if (first !== undefined)
        throw new Error(`${more.length + 1} of ${operations} failed, the first: ${first.message}`);
      const imposed = imposedTime(operations) / SPEED;
      const kept = ours <= BUDGET * imposed;
      const text = markdownTable(
        [
          `operations at 50/s and 500/min, clocks ${SPEED} × as fast`,
          "time",
          "the limit alone",
          "answers 429",
          "budget",
        ],
        [
          [
            String(operations),
            `${(ours / 1_000).toFixed(1)} s`,
            `${(imposed / 1_000).toFixed(1)} s`,
            String(outcome.refused),
            verdict(`≤ ${BUDGET} ×, is ${(ours / imposed).toFixed(2)} ×`, kept),
          ],
        ],
      );
      return { text, kept };
    } finally {
      await running.close();
    }
  },
};

function clientOf(sandbox: RunningSandbox, onRefusal: () => void): CronofyClient {
  const stopwatch = new Stopwatch({
    now: () => performance.now() * SPEED,
    delay: (milliseconds, signal) => delay(milliseconds / SPEED, signal),
  });
  return new CronofyClient({
    dataCenter: "us",
    clientId: sandbox.client_id,
    clientSecret: new Secret(sandbox.client_secret),
    apiUrl: sandbox.api_url,
    rateBudget: new RateBudget({ stopwatch }),
    totalTimeout: 2 * imposedTime(OPERATIONS),
    onRetry: ({ error }) => {
      if (error.status === 429) onRefusal();
    },
  });
}

/** Milliseconds until the answer to the last one, for somebody who uses the limit up as early as it allows. */
function imposedTime(operations: number): number {
  const { perMinute, perSecond } = DOCUMENTED_RATE_LIMIT;
  const last = operations - 1;
  return Math.floor(last / perMinute) * MINUTE + Math.floor((last % perMinute) / perSecond) * 1_000 + ANSWER_TIME;
}
