import type { Sandbox } from "../../src/sandbox";
import { Browser } from "../link-service/browser";
import type { Page } from "../link-service/browser";
import type { FleetProcess } from "./fleet-process";
import type { Ledger } from "./ledger";

/** The address that browsers use for both link services: a balancer stands there. */
export const PUBLIC_URL = "https://links.example.com";

/** What an administrator goes through. */
export interface Visit {
  readonly account: string;
  /** What was sent to them. */
  readonly url: string;
  readonly isInvitation: boolean;
  readonly refuses: boolean;
  /** Whether they load a page again that did not come, or came. */
  readonly reloads: boolean;
}

/** Administrators, their browsers, and the balancer before the link services. */
export class Administrators {
  constructor(
    private readonly sandbox: Sandbox,
    private readonly ledger: Ledger,
    /** One of the link services that are there, by chance. */
    private readonly service: () => FleetProcess,
  ) {}

  /** @returns the title of the last page that came; null where none did. */
  async come({ account, url, isInvitation, refuses, reloads }: Visit): Promise<string | null> {
    this.ledger.count("administrators who came");
    const browser = (what: "press" | "return") => async (request: Request) => {
      const service = this.service();
      const { pathname, search } = new URL(request.url);
      const { url: at } = service.told as { readonly url: string };
      return this.ledger.during({ process: service.name, account, what, mayMint: what === "press" }, () =>
        fetch(`${at}${pathname}${search}`, {
          method: request.method,
          headers: request.headers,
          redirect: "manual",
          ...(request.body !== null && { body: request.body, duplex: "half" }),
        }),
      );
    };
    const pressing = new Browser(browser("press"));
    const returning = new Browser(browser("return"));
    try {
      let location = url;
      if (isInvitation) {
        const page = await pressing.open(url);
        if (!page.text.includes("<form")) return this.saw(account, page);
        const next = await pressing.press(page);
        if (next.location === null) return this.saw(account, next);
        ({ location } = next);
      }
      const back = this.consent(account, location, refuses);
      if (back === null) return null;
      for (const [name, value] of pressing.cookies) returning.cookies.set(name, value);
      const page = await returning.open(back).catch((error: unknown) => {
        this.ledger.note(account, `no page came (${messageOf(error)})`);
        if (reloads) return null;
        throw error;
      });
      if (page !== null) this.saw(account, page);
      if (page !== null && !reloads) return page.title ?? null;
      return this.saw(account, await returning.open(back));
    } catch (error) {
      this.ledger.note(account, `the administrator gives up (${messageOf(error)})`);
      return null;
    }
  }

  /** At Cronofy. @returns where the browser is sent back to */
  private consent(account: string, location: string, refuse: boolean): string | null {
    try {
      const back = this.sandbox.controls.authorize(location, { refuse });
      const code = new URL(back).searchParams.get("code");
      if (code !== null) this.ledger.codeGiven(code, account);
      this.ledger.note(account, code === null ? "the administrator refuses" : "the administrator approves");
      return back;
    } catch (error) {
      this.ledger.note(account, `Cronofy shows: ${messageOf(error)}`);
      return null;
    }
  }

  private saw(account: string, { title, status }: Page): string | null {
    this.ledger.note(account, `the administrator sees ${status} "${title ?? ""}"`);
    if (title === "Conferencing is linked") {
      const latest = this.ledger.of(account).at(-1);
      if (latest === undefined) this.ledger.problem(account, "a page said linked, and no code was redeemed");
      else latest.keptAt ??= this.ledger.now();
    }
    return title ?? null;
  }
}

function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? `${error.message}: ${error.cause.message}` : error.message;
}
