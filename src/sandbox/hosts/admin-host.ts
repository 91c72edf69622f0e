import { Hono } from "hono";
import type { Context } from "hono";
import { html } from "hono/html";
import { AdminError } from "../controls/control";
import type { Control, SandboxParts } from "../controls/control";
import { CONTROLS } from "../controls/controls";
import { assumptionsPage } from "../pages/assumptions-page";
import { consolePage } from "../pages/console-page";
import { page, PAGE_HEADERS } from "../pages/page";
import { isCrossSite, readRequestBody, readText, unexpectedError } from "./http";
import type { Gate, HostEnvironment } from "./http";

/** A control of any input: each one checks its input by itself. */
type AnyControl = Control<unknown, object | void>;

const CONTROLS_BY_NAME: ReadonlyMap<string, AnyControl> = new Map(Object.entries<AnyControl>(CONTROLS));

/**
 * The admin API, by which a test steers the sandbox, and the console, by which a person does. Cronofy has neither.
 * @param gates what every request passes first
 */
export function createAdminHost(parts: SandboxParts, gates: readonly Gate[]): Hono<HostEnvironment> {
  const host = new Hono<HostEnvironment>()
    .use(...gates)
    .route("/", createConsole(parts))
    .use(async function sameSiteOnly(c, next) {
      if (isCrossSite(c.req)) return c.json({ error: "Pages of other sites may not steer the sandbox." }, 403);
      await next();
      c.header("Cache-Control", "no-store");
      c.header("X-Content-Type-Options", "nosniff");
      return undefined;
    });
  for (const control of CONTROLS_BY_NAME.values()) {
    host.on(control.method, control.path, async (c) => {
      const answer = control.carryOut(parts, await inputOf(c, control.inputFrom));
      return answer ? c.json(answer, control.status) : c.body(null, 204);
    });
  }
  return host
    .notFound((c) => c.json({ error: `The admin API has no ${c.req.method} ${c.req.path}.` }, 404))
    .onError((error, c) => {
      return error instanceof AdminError ? c.json({ error: error.message }, error.status) : unexpectedError(error, c);
    });
}

/**
 * The console: pages that show what the sandbox holds and have buttons to make things drift. They work without
 * JavaScript, and no form of another site is taken.
 */
function createConsole(parts: SandboxParts): Hono<HostEnvironment> {
  return new Hono<HostEnvironment>()
    .use("/", pageHeaders)
    .use("/assumptions", pageHeaders)
    .use("/console/*", pageHeaders)
    .get("/", (c) => {
      const done = CONTROLS_BY_NAME.get(c.req.query("done") ?? "")?.button?.done;
      return c.html(consolePage(parts, done === undefined ? null : { kind: "done", text: done }));
    })
    .get("/assumptions", (c) => c.html(assumptionsPage(parts.cronofy.assumptions)))
    .post("/console/:control", async (c) => {
      if (isCrossSite(c.req)) {
        return c.html(
          page("This form came from elsewhere", html`<p>Use the buttons of <a href="/">the console</a>.</p>`),
          403,
        );
      }
      const name = c.req.param("control");
      const control = CONTROLS_BY_NAME.get(name);
      if (control?.button === undefined) {
        return c.html(page("Nothing here", html`<p><a href="/">The console</a> has no such button.</p>`), 404);
      }
      const { read = (fields) => fields } = control.button;
      const form = Object.fromEntries(await readRequestBody(c));
      try {
        control.carryOut(parts, control.inputFrom === "nothing" ? undefined : read(form));
      } catch (error) {
        if (!(error instanceof AdminError)) throw error;
        return c.html(consolePage(parts, { kind: "problem", text: error.message }), error.status);
      }
      return c.redirect(`/?done=${name}`, 303);
    })
    .onError(unexpectedError);
}

const pageHeaders: Gate = async (c, next) => {
  await next();
  for (const [name, value] of Object.entries(PAGE_HEADERS)) c.header(name, value);
};

/** @throws AdminError where there is no JSON to read */
async function inputOf(c: Context<HostEnvironment>, from: AnyControl["inputFrom"]): Promise<unknown> {
  switch (from) {
    case "nothing":
      return undefined;
    case "path":
      return c.req.param();
    case "body":
      return readJson(c);
  }
}

async function readJson(c: Context<HostEnvironment>): Promise<unknown> {
  // A page of another site can send JSON as text/plain, but not with the content type of JSON.
  if (!/^application\/json\b/i.test(c.req.header("content-type") ?? "")) {
    throw new AdminError(422, "The body has to be JSON with Content-Type: application/json.");
  }
  const text = await readText(c);
  try {
    return JSON.parse(text);
  } catch {
    throw new AdminError(422, "The body is not JSON.");
  }
}
