import { once } from "node:events";
import { createServer } from "node:http";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout } from "node:timers/promises";
import type { Sandbox } from "../../src/sandbox";
import type { Random } from "../plugin/values/random-values";
import type { Ledger } from "./ledger";

/** At which moment of a request something happens. */
export type Moment = "before the work" | "after the work" | "after the answer";

export interface UnderFireOptions {
  readonly sandbox: Sandbox;
  readonly ledger: Ledger;
  readonly random: Random;
  /** Told of each request, at each moment of it. */
  readonly onMoment: (moment: Moment, process: string, path: string) => void;
}

/** What happens to one request. */
interface Fault {
  readonly delayBefore: number;
  readonly delayAfter: number;
  readonly error: number | null;
  readonly loss: "drop" | "gateway" | "truncate" | null;
}

const NONE: Fault = { delayBefore: 0, delayAfter: 0, error: null, loss: null };
const ERRORS = [500, 502, 503, 503, 504, 429];
const LONGEST_DELAY = 2_000;

/**
 * The sandbox's API over HTTP, with an address for each of our processes so that it is known who asks, and with faults by
 * chance: unlike the sandbox's own, which a test orders one by one. It tells the ledger what Cronofy did.
 */
export class CronofyUnderFire {
  isUnderFire = true;
  private readonly server = createServer((request, response) => void this.answer(request, response));

  constructor(private readonly options: UnderFireOptions) {
    this.server.keepAliveTimeout = 60_000;
  }

  async listen(): Promise<void> {
    this.server.listen(0, "127.0.0.1");
    await once(this.server, "listening");
  }

  /** The API for one of our processes. */
  urlFor(process: string): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/${process}`;
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    this.server.close();
    await once(this.server, "close");
  }

  /** 5 % errors, 2 % lost answers, 5 % delays: always as many draws, so that one request does not change the next. */
  private draw(): Fault {
    const { random } = this.options;
    const [kind, which, delay, length] = [100, 60, 20, LONGEST_DELAY].map((below) => random.below(below)) as [
      number,
      number,
      number,
      number,
    ];
    if (!this.isUnderFire) return NONE;
    return {
      delayBefore: delay === 0 && which % 2 === 0 ? length : 0,
      delayAfter: delay === 0 && which % 2 === 1 ? length : 0,
      error: kind < 5 ? (ERRORS[which % ERRORS.length] ?? 500) : null,
      loss: kind === 5 || kind === 6 ? ((["drop", "gateway", "truncate"] as const)[which % 3] ?? "drop") : null,
    };
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { sandbox, ledger, onMoment } = this.options;
    const [, process = "", ...rest] = (request.url ?? "").split("/");
    const path = `/${rest.join("/")}`;
    const chunks: Buffer[] = [];
    try {
      for await (const chunk of request) chunks.push(chunk as Buffer);
    } catch {
      return;
    }
    const body = Buffer.concat(chunks);
    const fault = this.draw();
    ledger.count("requests to Cronofy");
    if (fault.delayBefore + fault.delayAfter > 0) ledger.count("answers of Cronofy delayed");
    onMoment("before the work", process, path);
    if (fault.delayBefore > 0) await setTimeout(fault.delayBefore);
    if (fault.error !== null) {
      ledger.count("errors of Cronofy");
      response.writeHead(fault.error).end();
      return;
    }
    const asked = new Request(`http://127.0.0.1${path}`, {
      method: request.method ?? "GET",
      headers: pairsOf(request),
      ...(body.length > 0 && { body }),
    });
    const answer = await sandbox.api(asked);
    const text = await answer.text();
    const lost = this.record(process, path, body, answer.status, text);
    onMoment("after the work", process, path);
    if (fault.delayAfter > 0) await setTimeout(fault.delayAfter);
    if (fault.loss !== null || response.destroyed) {
      ledger.count("answers of Cronofy lost");
      lost(fault.loss ?? "the asker left");
    }
    const headers = { ...Object.fromEntries(answer.headers), "content-length": String(Buffer.byteLength(text)) };
    if (fault.loss === "drop") response.destroy();
    else if (fault.loss === "gateway") response.writeHead(502, { "content-type": "text/html" }).end("<html></html>");
    else if (fault.loss === "truncate") {
      response.writeHead(answer.status, { ...headers, "content-length": String(Buffer.byteLength(text) + 1) });
      response.write(text.slice(0, text.length / 2), () => response.destroy());
    } else response.writeHead(answer.status, headers).end(text);
    onMoment("after the answer", process, path);
  }

  /** Tells the ledger what was done. @returns what tells it that the answer was lost */
  private record(process: string, path: string, body: Buffer, status: number, text: string): (how: string) => void {
    const { ledger } = this.options;
    const nothing = () => {};
    const isDone = status === 200;
    const asked = body.length === 0 ? {} : (JSON.parse(body.toString()) as Record<string, string>);
    const answered = () => JSON.parse(text) as { readonly refresh_token: string };
    if (path === "/oauth/token" && asked["code"] !== undefined) {
      const { code } = asked;
      if (!isDone) {
        ledger.codeCameAgain(process, code);
        return nothing;
      }
      const made = ledger.redeemed(process, code, answered().refresh_token);
      return (how) => {
        made.loss ??= `its answer was lost (${how})`;
        ledger.note(made.account, `the answer to ${process} is lost (${how})`);
      };
    }
    if (path === "/oauth/token") {
      const sent = asked["refresh_token"] ?? "";
      if (!isDone) {
        ledger.count("refreshes refused");
        const of = ledger.ofToken(sent);
        if (of !== undefined) ledger.note(of.account, `Cronofy refuses ${process} a refresh of ${of.number}`);
        return nothing;
      }
      const fresh = ledger.refreshed(process, sent, answered().refresh_token);
      return (how) => {
        fresh.loss ??= `its answer was lost (${how})`;
        ledger.note(fresh.account, `the answer to ${process} is lost (${how})`);
      };
    }
    if (path === "/oauth/token/revoke" && isDone) {
      const revoked = ledger.ofToken(asked["token"] ?? "");
      if (revoked === undefined || revoked.endedAt !== null) return nothing;
      ledger.count("revocations by us");
      ledger.ended([revoked], `${process} revokes it`);
      const deeds = ledger.deedsOf(process, revoked.account);
      const isCalledFor = deeds.some(({ mayRevoke }) => mayRevoke) || ledger.outageUntil > ledger.now() - 90_000;
      if (!isCalledFor) ledger.problem(revoked.account, `${process} revoked ${revoked.number} without cause`);
      return nothing;
    }
    if (path === "/v1/organizational_unit_authorization_link_tokens" && isDone) {
      const account = asked["service_account_id"] ?? "";
      ledger.count("link tokens minted");
      ledger.note(account, `Cronofy makes a link token for ${process}`);
      const deeds = ledger.deedsOf(process, account).filter(({ what }) => what === "press" || what === "apply");
      const deed = deeds.find(({ mayMint, mints, lostMints }) => mayMint && mints <= lostMints);
      if (deed === undefined) {
        ledger.problem(account, `${process} minted a link token without cause`);
        return nothing;
      }
      deed.mints++;
      return (how) => {
        deed.lostMints++;
        ledger.note(account, `the answer to ${process} is lost (${how})`);
      };
    }
    return nothing;
  }
}

function pairsOf({ headers }: IncomingMessage): [string, string][] {
  const left = ["connection", "content-length", "transfer-encoding", "keep-alive"];
  return Object.entries(headers).flatMap(([name, value]) =>
    left.includes(name) || typeof value !== "string" ? [] : ([[name, value]] as [string, string][]),
  );
}
