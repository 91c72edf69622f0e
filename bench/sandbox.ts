import { once } from "node:events";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { Worker } from "node:worker_threads";
import { createSandbox } from "../src/sandbox";
import type { Sandbox, TokenReply } from "../src/sandbox";
import { markdownTable } from "./markdown-table";
import { verdict } from "./run-parts";
import type { Part } from "./run-parts";

const COUNT = 20_000;
const WARM_UP = 5_000;
const CONCURRENCY = 10;
/** Requests a second. */
const RATE_BUDGET = 3_000;
/** Requests over which memory must not grow, after as many that fill what is bounded. */
const LONG_RUN = 100_000;
/** Bytes of live memory. */
const GROWTH_BUDGET = 5 * 1024 * 1024;
const PATH = "/v1/organizational_unit_authorization_link_tokens";

/** An application, in a thread of its own so that it does not share the sandbox's core. */
const APPLICATION = `
  const { Agent, request } = require("node:http");
  const { parentPort, workerData } = require("node:worker_threads");
  const { url, headers, body, concurrency } = workerData;
  const agent = new Agent({ keepAlive: true, maxSockets: concurrency });
  const once = () => new Promise((resolve, reject) => {
    request(url, { method: "POST", agent, headers: { ...headers, "content-length": body.length } }, (response) => {
      response.resume().once("end", () => response.statusCode === 200 ? resolve() : reject(new Error("answered " + response.statusCode)));
    }).once("error", reject).end(body);
  });
  parentPort.on("message", async (count) => {
    const start = performance.now();
    let left = count;
    await Promise.all(Array.from({ length: concurrency }, async () => { while (left-- > 0) await once(); }));
    parentPort.postMessage(performance.now() - start);
  });
`;

/** How many link tokens a second the sandbox makes on one core, and whether it grows. */
export const sandbox: Part = {
  name: "sandbox",
  async run({ quick }) {
    const [count, longRun] = quick ? [1_000, 3_000] : [COUNT, LONG_RUN];
    const subject = createSandbox({ seed: "bench" });
    const running = await subject.listen();
    const application = new Worker(APPLICATION, {
      eval: true,
      workerData: { url: running.api_url + PATH, ...linkTokenRequest(subject), concurrency: CONCURRENCY },
    });
    try {
      await requests(application, quick ? count : WARM_UP);
      const usage = process.cpuUsage();
      const rate = (count / (await requests(application, count))) * 1_000;
      const { user, system } = process.cpuUsage(usage);
      await everyKind(subject, longRun);
      const before = liveMemory();
      await everyKind(subject, longRun);
      const growth = liveMemory() - before;
      const [isFast, isFlat] = [rate >= RATE_BUDGET, growth < GROWTH_BUDGET];
      const cpu = (user + system) / 1_000 / count;
      const text = [
        `The sandbox over HTTP, ${CONCURRENCY} requests at a time`,
        markdownTable(
          ["request", "rate", "processor, with the client", "budget"],
          [["link token", `${rate.toFixed(0)}/s`, `${cpu.toFixed(2)} ms`, verdict(`≥ ${RATE_BUDGET}/s`, isFast)]],
        ),
        `Live memory over ${longRun} requests (link tokens, refreshes, userinfo): ${(before / 1e6).toFixed(1)} MB, then ` +
          `${(growth / 1e6).toFixed(1)} MB more (${verdict(`< ${(GROWTH_BUDGET / 1e6).toFixed(1)} MB`, isFlat)})`,
      ].join("\n\n");
      return { text, kept: isFast && isFlat };
    } finally {
      await application.terminate();
      await running.close();
    }
  },
};

function linkTokenRequest({ client_secret, service_accounts }: Sandbox) {
  return {
    headers: { authorization: `Bearer ${client_secret}`, "content-type": "application/json" },
    body: JSON.stringify({ service_account_id: service_accounts[0]?.service_account_id }),
  };
}

/** @returns milliseconds */
async function requests(application: Worker, count: number): Promise<number> {
  application.postMessage(count);
  const [elapsed] = (await once(application, "message")) as [number];
  return elapsed;
}

/** Link tokens, refreshes and userinfo in turn, without a socket between. */
async function everyKind(subject: Sandbox, count: number): Promise<void> {
  const { client_id, client_secret, service_accounts } = subject;
  let tokens = subject.controls.issueTokens(service_accounts[0]?.service_account_id ?? "");
  for (let round = 0; round < count / 3; round++) {
    await answered(subject, PATH, { method: "POST", ...linkTokenRequest(subject) });
    const body = JSON.stringify({
      client_id,
      client_secret,
      grant_type: "refresh_token",
      refresh_token: tokens.refresh_token,
    });
    const headers = { "content-type": "application/json" };
    tokens = (await answered(subject, "/oauth/token", { method: "POST", headers, body })) as TokenReply;
    await answered(subject, "/v1/userinfo", { headers: { authorization: `Bearer ${tokens.access_token}` } });
  }
}

async function answered(subject: Sandbox, path: string, init: RequestInit): Promise<unknown> {
  const response = await subject.api(new Request(`http://localhost${path}`, init));
  if (!response.ok) throw new Error(`The sandbox answered ${path} with ${response.status}.`);
  return response.json();
}

/** Bytes that are still there after a collection, which a flag of V8 lets us ask for. */
function liveMemory(): number {
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc") as () => void;
  collect();
  return process.memoryUsage().heapUsed;
}
