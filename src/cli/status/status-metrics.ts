import { lookGauges, openMetricsText } from "../../drift";
import { LINK_STATUSES } from "../../link";
import type { LinkReport } from "../states/link-report";

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
