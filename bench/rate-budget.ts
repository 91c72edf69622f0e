/**
 * `tsx bench/rate-budget.ts [--full]`: many operations against Cronofy's documented limits. `--full` takes the real time
 * that these impose, more than three minutes.
 */
import { CronofyClient, RateBudget, Secret, Stopwatch, delay } from "../src/cronofy";
import { DOCUMENTED_RATE_LIMIT, startSandbox } from "../src/sandbox";
import type { RunningSandbox } from "../src/sandbox";
import { timed } from "./measurement";
import type { Measurement } from "./measurement";
import { table } from "./table";
import { serviceAccountId } from "./workspaces";

const OPERATIONS = 2_000;

/** Milliseconds that Cronofy takes for an answer. */
const ANSWER_TIME = 50;

/** How much faster than real time all clocks run, unless the bench has all the time that it takes. */
const SPEED = 4;

const MINUTE = 60_000;

/**
 * So many operations, all at once, beside the time that the limit alone imposes on them. Both sides' clocks and the time
 * of an answer are scaled alike; what computing takes is not, so that the scaled run is the harder one.
 */
export async function rateBudget({ full = false } = {}): Promise<Measurement[]> {
  const speed = full ? 1 : SPEED;
  const sandbox = await startSandbox({
    serviceAccounts: [{ service_account_id: serviceAccountId(0), email: "calendars@customer.test" }],
    assumptions: { rateLimit: DOCUMENTED_RATE_LIMIT },
    now: () => performance.now() * speed,
    delay: (milliseconds, signal) => delay(milliseconds / speed, signal),
  });
  try {
    await slowDown(sandbox);
    const outcome = { failed: 0, refused: 0 };
    const client = clientOf(sandbox, speed, () => outcome.refused++);
    const ours = await timed(() =>
      Promise.all(
        Array.from({ length: OPERATIONS }, () =>
          client.createLinkToken(serviceAccountId(0)).catch(() => outcome.failed++),
        ),
      ),
    );
    if (outcome.failed > 0) throw new Error(`${outcome.failed} of ${OPERATIONS} operations failed.`);
    const scale = full ? "" : `, clocks ${speed} × as fast`;
    return [
      {
        what: `${OPERATIONS} operations at 50/s and 500/min${scale}, ${outcome.refused} × 429 / the limit alone`,
        ours,
        baseline: imposedTime(OPERATIONS) / speed,
        budget: { kind: "ratio", atMost: 1.05 },
      },
    ];
  } finally {
    await sandbox.close();
  }
}

function clientOf(sandbox: RunningSandbox, speed: number, onRefusal: () => void): CronofyClient {
  const stopwatch = new Stopwatch({
    now: () => performance.now() * speed,
    delay: (milliseconds, signal) => delay(milliseconds / speed, signal),
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

async function slowDown({ admin_url }: RunningSandbox): Promise<void> {
  const response = await fetch(`${admin_url}/faults`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ path: "/*", delay_ms: ANSWER_TIME, times: 1_000_000 }),
  });
  if (!response.ok) throw new Error(`The sandbox does not take the delay: ${response.status}.`);
}

if (require.main === module) {
  rateBudget({ full: process.argv.includes("--full") }).then(
    (measurements) => console.log(table(measurements)),
    (error: unknown) => {
      console.error(`bench: ${error instanceof Error ? error.message : String(error)}`);
      process.exitCode = 1;
    },
  );
}
