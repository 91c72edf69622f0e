import { Hono } from "hono";
import { html } from "hono/html";
import type { Steerable } from "./admin-host";
import { AdminError } from "./admin-input";
import { assumptionsPage } from "./assumptions-page";
import { CONSOLE_ACTIONS } from "./console-actions";
import { consolePage } from "./console-page";
import type { Gate, HostEnvironment } from "./host-environment";
import { isCrossSite } from "./loopback-only";
import { page, PAGE_HEADERS } from "./page";
import { readRequestBody } from "./request-body";
import { unexpectedError } from "./unexpected-error";

/**
 * The console: pages that show what the sandbox holds and have buttons to make things drift. They work without
 * JavaScript, and no form of another site is taken.
 */
export function createConsole(steerable: Steerable): Hono<HostEnvironment> {
  return new Hono<HostEnvironment>()
    .use("/", pageHeaders)
    .use("/assumptions", pageHeaders)
    .use("/console/*", pageHeaders)
    .get("/", (c) => {
      const done = CONSOLE_ACTIONS.get(c.req.query("done") ?? "")?.done;
      return c.html(consolePage(steerable, done === undefined ? null : { kind: "done", text: done }));
    })
    .get("/assumptions", (c) => c.html(assumptionsPage(steerable.cronofy.assumptions)))
    .post("/console/:action", async (c) => {
      if (isCrossSite(c.req)) {
        return c.html(
          page("This form came from elsewhere", html`<p>Use the buttons of <a href="/">the console</a>.</p>`),
          403,
        );
      }
      const name = c.req.param("action");
      const action = CONSOLE_ACTIONS.get(name);
      if (action === undefined) {
        return c.html(page("Nothing here", html`<p><a href="/">The console</a> has no such button.</p>`), 404);
      }
      const form = await readRequestBody(c);
      try {
        action.carryOut(steerable, form);
      } catch (error) {
        if (!(error instanceof AdminError)) throw error;
        return c.html(consolePage(steerable, { kind: "problem", text: error.message }), error.status);
      }
      return c.redirect(`/?done=${name}`, 303);
    })
    .onError(unexpectedError);
}

const pageHeaders: Gate = async (c, next) => {
  await next();
  for (const [name, value] of Object.entries(PAGE_HEADERS)) c.header(name, value);
};
