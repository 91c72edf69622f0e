import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { Worker } from "node:worker_threads";
import { FileLinkStore, invitationUrl, openLink } from "../src/link-store";
import { CronofyClient, Secret } from "../src/cronofy";
import { createLinkService } from "../src/link-service";
import type { LinkService } from "../src/link-service";
import { markdownTable } from "./markdown-table";
import { verdict } from "./run-parts";
import type { Part } from "./run-parts";

const COUNT = 5_000;
const WARM_UP = 1_000;
const CONCURRENCY = 10;
/** Requests a second. */
const RATE_BUDGET = 1_000;
/** Requests over which memory must not grow. */
const LONG_RUN = 100_000;
/** Bytes of live memory. */
const GROWTH_BUDGET = 5 * 1024 * 1024;

const PUBLIC_URL = "https://links.example.com";
/** Cronofy without a network, so that what is measured is the service. */
class InstantClient extends CronofyClient {
  override createLinkToken(): Promise<Secret> {
    return Promise.resolve(new Secret("token"));
  }
}

/** Cronofy over HTTP, in a thread of its own: answers each request at once. */
const INSTANT_API = `
  const { createServer } = require("node:http");
  const { parentPort } = require("node:worker_threads");
  const body = JSON.stringify({ organizational_unit_authorization_link_token: { ou_link_token: "token" } });
  const server = createServer((request, response) => {
    request.resume().once("end", () => response.writeHead(200, { "Content-Type": "application/json" }).end(body));
  });
  server.listen(0, "127.0.0.1", () => parentPort.postMessage(server.address().port));
`;

/** What came of one kind of request. */
interface LinkServiceRun {
  readonly what: string;
  readonly requestsPerSecond: number;
  /** Milliseconds of this process's processor time for one request. */
  readonly cpu: number;
}

/**
 * How many requests a second the link service answers on one core, and whether it grows. It is asked in this process,
 * without a socket between, so that one core does nothing else.
 */
export const linkService: Part = {
  name: "link-service",
  async run({ quick }) {
    const [count, longRun] = quick ? [200, 1_000] : [COUNT, LONG_RUN];
    const { runs, before, after } = await measured(count, longRun);
    const growth = after - before;
    const isFlat = growth < GROWTH_BUDGET;
    const rows = runs.map(({ what, requestsPerSecond, cpu }) => {
      const kept = what === OVER_HTTP || requestsPerSecond >= RATE_BUDGET;
      const budget = what === OVER_HTTP ? "" : verdict(`≥ ${RATE_BUDGET}/s`, kept);
      return { kept, cells: [what, `${requestsPerSecond.toFixed(0)}/s`, `${cpu.toFixed(2)} ms`, budget] };
    });
    const text = [
      `The link service on one core, ${CONCURRENCY} requests at a time, an instant API`,
      markdownTable(
        ["request", "rate", "processor", "budget"],
        rows.map(({ cells }) => cells),
      ),
      `Live memory over ${longRun} requests of both kinds: ${(before / 1e6).toFixed(1)} MB, then ` +
        `${(growth / 1e6).toFixed(1)} MB more (${verdict(`< ${(GROWTH_BUDGET / 1e6).toFixed(1)} MB`, isFlat)})`,
    ].join("\n\n");
    return { text, kept: isFlat && rows.every(({ kept }) => kept) };
  },
};

/** Most of this is the HTTP client, and the API takes the other core. */
const OVER_HTTP = "POST redirect, the API over HTTP";

/** Bytes are those that are live after the warm-up and after the long run. */
async function measured(
  count: number,
  longRun: number,
): Promise<{ readonly runs: readonly LinkServiceRun[]; readonly before: number; readonly after: number }> {
  const folder = await mkdtemp(path.join(tmpdir(), "bench-link-service-"));
  const api = new Worker(INSTANT_API, { eval: true });
  try {
    const [port] = (await once(api, "message")) as [number];
    const linkSecret = new Secret("link-secret");
    const application = {
      dataCenter: "us",
      clientId: "client-1",
      clientSecret: new Secret("client-secret"),
      apiUrl: `http://127.0.0.1:${port}`,
      // Cronofy's limit would be what is measured.
      requestsPerSecond: 1_000_000,
      requestsPerMinute: 1_000_000,
    } as const;
    const store = new FileLinkStore(path.join(folder, "links"));
    // An invitation mints some times a minute and no more, so here a minute passes quickly.
    let time = Date.now();
    const now = () => new Date((time += 10_000));
    const serviceWith = (client: CronofyClient) =>
      createLinkService({ client, store, linkSecret, publicUrl: PUBLIC_URL, now });
    const service = serviceWith(new InstantClient(application));
    const serviceOverHttp = serviceWith(new CronofyClient(application));
    const link = { dataCenter: "us", clientId: "client-1", serviceAccountId: "ser_1" } as const;
    const { lifeId } = await openLink(store, link);
    const invitation = { ...link, lifeId, redirectUri: service.callbackUrl };
    const url = await invitationUrl(PUBLIC_URL, invitation, linkSecret);
    const form = await formOf(service, url);
    const page = () => service.fetch(new Request(url));
    const postTo = (target: LinkService) => () => target.fetch(new Request(url, { method: "POST", ...form }));
    const [post, postOverHttp] = [postTo(service), postTo(serviceOverHttp)];

    for (const request of [page, post, postOverHttp]) await many(request, Math.min(WARM_UP, count));
    const runs = [
      await measure("invitation page", page, 200, count),
      await measure("POST redirect", post, 303, count),
      await measure(OVER_HTTP, postOverHttp, 303, count),
    ];
    const before = liveMemory();
    let turn = 0;
    await many(() => (turn++ % 2 === 0 ? page() : post()), longRun);
    return { runs, before, after: liveMemory() };
  } finally {
    await api.terminate();
    await rm(folder, { recursive: true, force: true });
  }
}

/** What the browser that was shown the page posts. */
async function formOf(service: LinkService, url: string): Promise<Pick<RequestInit, "headers" | "body">> {
  const response = await service.fetch(new Request(url));
  const [cookie = ""] = response.headers.getSetCookie();
  const token = /name="form_token" value="([^"]+)"/.exec(await response.text())?.[1] ?? "";
  return {
    headers: { "Content-Type": "application/x-www-form-urlencoded", Cookie: cookie.split(";")[0] ?? "" },
    body: `form_token=${token}`,
  };
}

async function measure(
  what: string,
  request: () => Promise<Response>,
  status: number,
  count: number,
): Promise<LinkServiceRun> {
  const start = performance.now();
  const usage = process.cpuUsage();
  const statuses = await many(request, count);
  const elapsed = performance.now() - start;
  const { user, system } = process.cpuUsage(usage);
  if (statuses.size !== 1 || !statuses.has(status)) throw new Error(`${what}: answered ${[...statuses].join(", ")}`);
  const requestsPerSecond = (count / elapsed) * 1_000;
  return { what, requestsPerSecond, cpu: (user + system) / 1_000 / count };
}

/** @returns the statuses that were answered. */
async function many(request: () => Promise<Response>, count: number): Promise<Set<number>> {
  const statuses = new Set<number>();
  let left = count;
  const browser = async () => {
    while (left-- > 0) {
      const response = await request();
      await response.text();
      statuses.add(response.status);
    }
  };
  await Promise.all(Array.from({ length: CONCURRENCY }, browser));
  return statuses;
}

/** Bytes that are still there after a collection, which a flag of V8 lets us ask for. */
function liveMemory(): number {
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc") as () => void;
  collect();
  return process.memoryUsage().heapUsed;
}
