import { html } from "hono/html";
import type { SandboxParts } from "../controls/control";
import { FAULT_KINDS } from "../controls/controls";
import type { ButtonName } from "../controls/controls";
import { heldState } from "../controls/held-state";
import type { HeldState } from "../controls/held-state";
import { CONSENT_PATH } from "../state/consent";
import type { OrganizationalUnit, ServiceAccount } from "../state/directory";
import type { Fault } from "../state/faults";
import { LINK_TOKENS_PATH } from "../state/link-tokens";
import type { LocalCronofy } from "../state/local-cronofy";
import { page } from "./page";
import type { Html } from "./page";

/** What the console says about the button that was pressed last. */
interface Notice {
  readonly kind: "done" | "problem";
  readonly text: string;
}

const FAULT_PATHS: readonly (readonly [string, string])[] = [
  ["/*", "any request"],
  [LINK_TOKENS_PATH, "creating link tokens"],
  ["/oauth/token", "redeeming and refreshing"],
  ["/oauth/token/revoke", "revoking"],
  ["/v1/userinfo", "userinfo"],
  [CONSENT_PATH, "the administrator's pages"],
];

const ADVANCES: readonly (readonly [number, string])[] = [
  [600, "10 minutes"],
  [3600, "1 hour"],
  [86_400, "1 day"],
];

/** How many of its newest entries a table shows. */
const SHOWN = 50;

/** The console: all that the sandbox holds, with tokens shortened. */
export function consolePage(parts: SandboxParts, notice: Notice | null): Html {
  const { cronofy, faults, log, callbacks } = parts;
  const state = heldState(cronofy);
  return page(
    "Sandbox console",
    html`
      <nav aria-label="Pages"><a href="/">Refresh</a> <a href="/assumptions">Assumptions</a></nav>
      ${notice === null ? "" : noticeBox(notice)} ${applicationSection(cronofy)} ${clockSection(state)}
      ${faultSection(faults.all())}
      ${table(
        "Service accounts",
        ["Service account", "Calendars", "Linked to", "Zoom plan", "Make it drift"],
        state.service_accounts.map((each) => serviceAccountRow(state, each)),
      )}
      ${table(
        "Organizational Units",
        ["Unit", "Organization", "Links", "Make it drift"],
        state.organizational_units.map(unitRow),
      )}
      ${table(
        "Authorizations",
        ["Subject", "Kind", "Service account", "Scope", "Refresh token"],
        newest(state.authorizations).map((each) => [
          code(each.sub),
          each.type,
          code(each.service_account_id),
          each.scope,
          code(each.refresh_token),
        ]),
      )}
      ${table(
        "Link tokens",
        ["Token", "Service account", "Lapses at", "Status"],
        newest(state.link_tokens).map((each) => [
          code(each.ou_link_token),
          code(each.service_account_id),
          timeOf(each.expires_at),
          statusOf(each, state.clock.now),
        ]),
      )}
      ${table(
        "Requests",
        ["Method", "Path", "Status"],
        newest(log.latest()).map(({ method, path, status }) => [
          method,
          code(path),
          status === 0 ? "dropped" : String(status),
        ]),
      )}
      ${table(
        "Callbacks",
        ["To", "Outcome", "Status"],
        newest(callbacks.latest()).map((each) => [
          code(each.callback_url),
          each.outcome,
          String(each.status ?? "none"),
        ]),
      )}
    `,
    "wide",
  );
}

function noticeBox({ kind, text }: Notice): Html {
  return kind === "problem"
    ? html`<div class="alert" role="alert">${text}</div>`
    : html`<div class="done" role="status">${text}</div>`;
}

function applicationSection({ client, enterpriseConferencing }: LocalCronofy): Html {
  return html`<section>
    <h2 id="application">Application</h2>
    <dl>
      <dt>Name</dt>
      <dd>${client.name}</dd>
      <dt>Client id</dt>
      <dd><code>${client.client_id}</code></dd>
      <dt>Redirect URIs</dt>
      <dd>${client.redirectUris === null ? "any, as in development" : client.redirectUris.join(", ")}</dd>
      <dt>Plan</dt>
      <dd>
        ${enterpriseConferencing ? "has Enterprise Conferencing" : "has no Enterprise Conferencing: link tokens get 402"}
      </dd>
    </dl>
    <div class="row">
      ${
        enterpriseConferencing
          ? button("plan", { enterprise_conferencing: "no" }, "Take Enterprise Conferencing from the plan")
          : button("plan", { enterprise_conferencing: "yes" }, "Give the plan Enterprise Conferencing")
      }
      ${button("reset", {}, "Go back to the beginning")}
    </div>
  </section>`;
}

function clockSection({ clock }: HeldState): Html {
  return html`<section>
    <h2 id="clock">Clock</h2>
    <dl>
      <dt>Now</dt>
      <dd>${timeOf(clock.now)}</dd>
      <dt>Ahead by</dt>
      <dd>${clock.ahead_seconds} seconds</dd>
    </dl>
    <div class="row">
      ${ADVANCES.map(([seconds, label]) => button("clock", { advance_seconds: String(seconds) }, `Forward ${label}`))}
      <form method="post" action="/console/clock">
        <div class="field">
          <label for="advance_seconds">Seconds</label>
          <input id="advance_seconds" name="advance_seconds" type="number" min="0" step="any" required />
        </div>
        <button class="quiet">Forward</button>
      </form>
    </div>
  </section>`;
}

function faultSection(faults: readonly Fault[]): Html {
  return html`<section>
    <h2 id="faults">Faults</h2>
    ${
      faults.length === 0
        ? html`<p>No request is about to go wrong.</p>`
        : html`<ul>
            ${faults.map(
              ({ path, times, ...rest }) =>
                html`<li>
                  <code>${path}</code> ${times === 1 ? "once" : `${times} times`}: <code>${JSON.stringify(rest)}</code>
                </li>`,
            )}
          </ul>`
    }
    <div class="row">
      <form method="post" action="/console/fault">
        ${select("path", "On", FAULT_PATHS)}
        ${select(
          "kind",
          "What happens",
          [...FAULT_KINDS].map(([kind, { label }]) => [kind, label] as const),
        )}
        <div class="field">
          <label for="times">How many times</label>
          <input id="times" name="times" type="number" min="1" max="1000000" value="1" required />
        </div>
        <button class="quiet">Add the fault</button>
      </form>
      ${faults.length === 0 ? "" : button("clear_faults", {}, "Call all off")}
    </div>
  </section>`;
}

function serviceAccountRow(state: HeldState, serviceAccount: ServiceAccount): Cell[] {
  const { service_account_id: sub, email, authorized, zoom_plan, provider_name } = serviceAccount;
  const links = state.organizational_units
    .flatMap((unit) => unit.links.filter((each) => each.service_account_id === sub))
    .map((each) => each.conferencing_provider_name);
  const otherPlan = zoom_plan === "free" ? "paid" : "free";
  const isLocked = state.locked.includes(sub);
  return [
    html`<code>${sub}</code>${isLocked ? " (locked)" : ""}${authorized ? "" : " (access revoked)"}`,
    html`${email}<small>${provider_name}</small>`,
    links.length === 0 ? "nothing" : links.join(", "),
    zoom_plan,
    html`<div class="row">
      ${links.length === 0 ? "" : button("revoke", { service_account_id: sub }, "Revoke link", `of ${email}`)}
      ${button("zoom_plan", { service_account_id: sub, zoom_plan: otherPlan }, `Set Zoom to ${otherPlan}`, `for ${email}`)}
      ${button("lock", { sub, locked: isLocked ? "no" : "yes" }, isLocked ? "Unlock" : "Lock", email)}
    </div>`,
  ];
}

function unitRow({ organizational_unit_id, domain, links }: OrganizationalUnit): Cell[] {
  return [
    code(organizational_unit_id),
    domain,
    links.length === 0
      ? "none"
      : html`${links.map(
          (each) => html`<div>${each.conferencing_provider_name} for <code>${each.service_account_id}</code></div>`,
        )}`,
    button("forget_unit", { organizational_unit_id }, "Forget unit", `of ${domain}`),
  ];
}

type Cell = Html | string;

/** A table under its heading, or the word “None” where there are no rows. */
function table(heading: string, columns: readonly string[], rows: readonly (readonly Cell[])[]): Html {
  const id = heading.toLowerCase().replaceAll(" ", "-");
  return html`<section>
    <h2 id="${id}">${heading}</h2>
    ${
      rows.length === 0
        ? html`<p>None.</p>`
        : html`<div class="scroll" role="region" aria-labelledby="${id}" tabindex="0">
            <table>
              <thead>
                <tr>
                  ${columns.map((each) => html`<th scope="col">${each}</th>`)}
                </tr>
              </thead>
              <tbody>
                ${rows.map(
                  (cells) =>
                    html`<tr>
                      ${cells.map((cell) => html`<td>${cell}</td>`)}
                    </tr>`,
                )}
              </tbody>
            </table>
          </div>`
    }
  </section>`;
}

/** A form with one button. `about` tells screen readers which of several equal buttons it is. */
function button(action: ButtonName, fields: Readonly<Record<string, string>>, label: string, about?: string): Html {
  return html`<form method="post" action="/console/${action}">
    ${Object.entries(fields).map(([name, value]) => html`<input type="hidden" name="${name}" value="${value}" />`)}
    <button class="quiet${about === undefined ? "" : " small"}">
      ${label}${about === undefined ? "" : html`<span class="unseen"> ${about}</span>`}
    </button>
  </form>`;
}

function select(name: string, label: string, options: readonly (readonly [string, string])[]): Html {
  return html`<div class="field">
    <label for="${name}">${label}</label>
    <select id="${name}" name="${name}">
      ${options.map(([value, text]) => html`<option value="${value}">${text}</option>`)}
    </select>
  </div>`;
}

function newest<Entry>(entries: readonly Entry[]): Entry[] {
  return entries.slice(-SHOWN).reverse();
}

function statusOf({ used, opened, expires_at }: HeldState["link_tokens"][number], now: string): string {
  if (used) return "used";
  if (now >= expires_at) return "lapsed";
  return opened ? "opened" : "unused";
}

function code(text: string): Html {
  return html`<code>${text}</code>`;
}

function timeOf(iso: string): Html {
  return html`<time datetime="${iso}">${iso.replace("T", " ").slice(0, 19)} UTC</time>`;
}
