import Table from "cli-table3";
import pc from "picocolors";
import { lookGauges, openMetricsText } from "../drift";
import { LINK_STATUSES } from "../link";
import { CliError, EXIT_CODE } from "./command-line/cli-error";
import { hasColor, printable } from "./command-line/terminal";
import type { Terminal } from "./command-line/terminal";
import type { DeclaredLink, LinkReport, UrlKind } from "./terraform/declared-links";

/** Without lines: what a person reads and a program such as awk can cut. */
const PLAIN = {
  ...Object.fromEntries(
    ["top", "top-mid", "top-left", "top-right", "bottom", "bottom-mid", "bottom-left", "bottom-right"].map((each) => [
      each,
      "",
    ]),
  ),
  ...{ left: "", "left-mid": "", mid: "", "mid-mid": "", right: "", "right-mid": "", middle: "  " },
};

/** Columns that are left to the last one on a narrow terminal. */
const LEAST_WIDTH = 30;

/**
 * Links as a table, as wide as the terminal where there is one. Colours only where a person sees them and does not mind
 * (https://no-color.org).
 *
 * @returns the table's lines
 */
export function statusTable(links: readonly DeclaredLink[], terminal: Pick<Terminal, "env" | "output">): string {
  const colors = pc.createColors(hasColor(terminal));
  const ink: Readonly<Record<string, (text: string) => string>> = {
    linked: colors.green,
    pending: colors.yellow,
    stale: colors.red,
    unlinked: colors.red,
  };
  const hasSeveralSources = new Set(links.map(({ source }) => source)).size > 1;
  const head = ["CUSTOMER", "SERVICE ACCOUNT", "DATA CENTER", "STATUS", "SINCE", "NEXT ACTION"];
  // Two that are called alike are told apart by what Terraform calls them.
  const called = new Map<string, number>();
  for (const { customer } of links) called.set(customer, (called.get(customer) ?? 0) + 1);
  const rows = links.map((link) => [
    printable(called.get(link.customer) === 1 ? link.customer : link.name),
    printable(link.serviceAccountId),
    printable(link.dataCenter),
    statusText(link),
    printable(link.since ?? "").replace(/:\d\d(\.\d+)?Z$/, "Z"),
    printable(link.nextAction),
  ]);
  if (hasSeveralSources) {
    head.unshift("STATE");
    for (const [at, row] of rows.entries()) row.unshift(printable(links[at]?.source ?? ""));
  }
  const { columns } = terminal.output;
  const widths = head.map((title, at) => Math.max(title.length, ...rows.map((row) => (row[at] ?? "").length)));
  const rest = widths.slice(0, -1).reduce((sum, width) => sum + width + 2, 0);
  const last = columns === undefined ? undefined : Math.max(LEAST_WIDTH, columns - rest);
  const table = new Table({
    head: head.map((title) => colors.dim(title)),
    chars: PLAIN,
    style: { head: [], border: [], "padding-left": 0, "padding-right": 0 },
    ...(last !== undefined && { colWidths: [...widths.slice(0, -1), last], wordWrap: true }),
  });
  for (const row of rows) {
    const status = head.indexOf("STATUS");
    table.push(row.map((cell, at) => (at === status ? (ink[cell.split(",")[0] ?? ""]?.(cell) ?? cell) : cell)));
  }
  return table
    .toString()
    .split("\n")
    .map((line) => line.trimEnd())
    .join("\n");
}

function statusText({ status, awaitedSince, lapsed }: DeclaredLink): string {
  const isAskedAnew = status === "linked" && awaitedSince !== null;
  return [
    status,
    ...(isAskedAnew ? [`asked anew since ${printable(awaitedSince.slice(0, 10))}`] : []),
    ...(lapsed ? ["lapsed"] : []),
  ].join(", ");
}

/** How many links have which status, as one line. */
export function statusCounts(links: readonly DeclaredLink[]): string {
  const counts = new Map<string, number>();
  for (const { status } of links) counts.set(status, (counts.get(status) ?? 0) + 1);
  const each = [...counts].map(([status, count]) => `${count} ${printable(status)}`).join(", ");
  return `${links.length === 1 ? "1 link" : `${links.length} links`}${each === "" ? "" : `: ${each}`}.`;
}

/** Links as metrics in the text of OpenMetrics: how many have which status in each state, also where that is none. */
export function statusMetrics({ sources, links, errors }: LinkReport, now: Date): string {
  const samples = sources.flatMap((source) =>
    LINK_STATUSES.map((status) => ({
      labels: { source, status },
      value: links.filter((link) => link.source === source && link.status === status).length,
    })),
  );
  const isRead = new Map([
    ...sources.map((source) => [source, true] as const),
    ...errors.map(({ source }) => [source, false] as const),
  ]);
  return openMetricsText([
    { name: "ou_link_status_links", help: "Links by status, as the last apply or refresh has left them.", samples },
    ...lookGauges("ou_link_status", isRead, links, now),
  ]);
}

/**
 * The one link of this name: its address, or whatever is shorter and means no other: the address without the type, the
 * service account, the id, the customer.
 *
 * @throws CliError where there is none, or more than one
 */
export function linkNamed(links: readonly DeclaredLink[], name: string): DeclaredLink {
  const named = links.filter(({ address }) => address === name);
  const found =
    named.length > 0
      ? named
      : links.filter((link) => [link.name, link.customer, link.id, link.serviceAccountId].includes(name));
  const [link] = found;
  if (link !== undefined && found.length === 1) return link;
  const known = (found.length > 0 ? found : links)
    .map((each) => printable(`${each.address}  ${each.id}  ${each.source}`))
    .join("\n");
  throw link === undefined
    ? new CliError(
        `There is no link ${printable(JSON.stringify(name))}.`,
        known === "" ? "The state holds no links." : `There is:\n${known}`,
      )
    : new CliError(
        `${found.length} links are called ${printable(name)}.`,
        `Give the address of the one that is meant, or name its state alone:\n${known}`,
        EXIT_CODE.usage,
      );
}

/**
 * The URL to send to the administrator: the invitation's where there is one, for it does not lapse.
 *
 * @param kind the one kind that will do
 * @throws CliError where the link has none, or nobody has to come
 */
export function urlOf(link: DeclaredLink, kind?: UrlKind): string {
  const name = printable(link.customer);
  if (link.status === "linked" && link.awaitedSince === null) {
    throw new CliError(
      `${name} is linked: nobody has to come.`,
      "To have the administrator authorize anew, change keepers of the link and apply.",
    );
  }
  const url = kind === undefined ? (link.url("invitation") ?? link.url("authorization")) : link.url(kind);
  if (url !== null) return url;
  throw new CliError(
    `${name} has no such URL.`,
    kind === "invitation"
      ? "Set the provider's link_service_url and apply, or ask for the authorization URL."
      : "Change keepers of the link and apply to ask the administrator anew.",
  );
}
