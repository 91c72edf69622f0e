import fc from "fast-check";
import { accessLogLine } from "../../src/link-service";
import { Browser } from "../link-service/browser";
import { CLIENT_SECRET, LINK_SECRET, PUBLIC_URL, Stage, returnUrl } from "../link-service/stage";
import { must, target } from "./fuzz-target";
import type { FuzzTarget } from "./fuzz-target";
import { damage, edits, hostileText } from "./hostile";

/** Opened by the first case. */
let opened: ReturnType<typeof open> | undefined;

async function open() {
  const stage = await Stage.open();
  const service = stage.service();
  const invitation = await stage.invite();
  const state = await stage.signState();
  const page = await new Browser((request) => service.fetch(request)).open(invitation);
  return { stage, service, invitation, state, page };
}

const headers = fc.array(
  fc.tuple(
    fc.constantFrom("Cookie", "Origin", "Sec-Fetch-Site", "Content-Type", "Host", "X-Forwarded-Host", "Forwarded"),
    fc.oneof(
      hostileText,
      hostileText.map((text) => `__Host-ou-link=${text}`),
    ),
  ),
  { maxLength: 3 },
);

export const linkServiceTargets: readonly FuzzTarget[] = [
  target({
    name: "link-service",
    share: 15,
    input: fc.record({
      route: fc.constantFrom("callback", "invitation", "path", "healthz", "readyz"),
      method: fc.constantFrom("GET", "GET", "POST", "POST", "HEAD", "PUT", "OPTIONS"),
      edits,
      query: fc.array(fc.tuple(fc.constantFrom("code", "error", "state", "error_description", "x"), hostileText), {
        maxLength: 3,
      }),
      stateEdits: fc.option(edits),
      headers,
      body: hostileText,
    }),
    async holds({ route, method, edits, query, stateEdits, headers, body }) {
      const { stage, service, invitation, state } = await (opened ??= open());
      const url = {
        callback: () =>
          returnUrl({ ...Object.fromEntries(query), ...(stateEdits !== null && { state: damage(state, stateEdits) }) }),
        invitation: () => damage(invitation, edits),
        path: () => `${PUBLIC_URL}/${damage("callback/../invitations/x", edits)}`,
        healthz: () => `${PUBLIC_URL}/healthz?${body}`,
        readyz: () => `${PUBLIC_URL}/readyz?${body}`,
      }[route]();
      let request: Request;
      try {
        request = new Request(url, { method, headers, ...(method === "POST" && { body: `form_token=${body}` }) });
      } catch {
        // No browser can send it.
        return;
      }
      const response = await service.fetch(request);
      const page = await response.text();
      const entry = stage.log.pop();
      const line = entry === undefined ? "" : accessLogLine(entry);
      // That Cronofy failed is what error=server_error with a good state says.
      must(response.status < 500 || entry?.outcome === "cronofy-failed", `it answers ${response.status}: ${line}`);
      must(response.headers.get("x-content-type-options") === "nosniff", "it lacks headers");
      must(response.headers.get("location") === null, "it leads somewhere");
      must(line !== "" && !/[\p{Cc}\u2028\u2029]/u.test(line), "it breaks the log");
      must(!/<script|<img/i.test(page), "it takes markup");
      const signature = invitation.slice(invitation.lastIndexOf(".") + 1);
      for (const secret of [CLIENT_SECRET, LINK_SECRET, signature, state]) {
        must(!line.includes(secret) && (route === "invitation" || !page.includes(secret)), "it tells a secret");
      }
    },
    async close() {
      await (await opened)?.stage.close();
      opened = undefined;
    },
  }),
];
