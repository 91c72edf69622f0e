/** Turns the link service's webhook into a `repository_dispatch` event of GitHub, which starts a workflow. */
import { createHmac, timingSafeEqual } from "node:crypto";

/** Where events go, and how their sender is known. */
export interface GitHubRelay {
  /** `OU_LINK_WEBHOOK_SECRET` of the link service; any text but one that starts with `whsec_`. */
  readonly secret: string;
  /** `owner/name`. */
  readonly repository: string;
  /** A token that may write the repository's contents, which is what GitHub asks of who sends such events. */
  readonly token: string;
  /** @default GitHub's own */
  readonly apiUrl?: string;
  /** @default the system's clock */
  readonly now?: () => Date;
}

/** Seconds by which the sender's clock may differ, and for which a recorded event could be sent again. */
const TOLERANCE = 300;

/** A handler of Fetch requests, to be mounted wherever the link service can reach it. */
export function gitHubRelay(options: GitHubRelay): (request: Request) => Promise<Response> {
  const { secret, repository, token, apiUrl = "https://api.github.com", now = () => new Date() } = options;
  return async (request) => {
    const body = await request.text();
    if (!isSigned(request.headers, body, secret, now())) return new Response("not signed\n", { status: 401 });
    const { type, data } = JSON.parse(body) as { type: string; data: Record<string, unknown> };
    const response = await fetch(`${apiUrl}/repos/${repository}/dispatches`, {
      method: "POST",
      headers: {
        Accept: "application/vnd.github+json",
        Authorization: `Bearer ${token}`,
        "Content-Type": "application/json",
        "User-Agent": "ou-link-relay",
        "X-GitHub-Api-Version": "2022-11-28",
      },
      body: JSON.stringify({ event_type: type, client_payload: data }),
    });
    // The link service tries again after a 502.
    return new Response(null, { status: response.ok ? 204 : 502 });
  };
}

/** Whether somebody who has the secret signed it a short while ago, as Standard Webhooks says how. */
function isSigned(headers: Headers, body: string, secret: string, now: Date): boolean {
  const [id, timestamp, signatures] = ["webhook-id", "webhook-timestamp", "webhook-signature"].map(
    (name) => headers.get(name) ?? "",
  );
  if (!(Math.abs(now.getTime() / 1_000 - Number(timestamp)) <= TOLERANCE)) return false;
  const expected = createHmac("sha256", secret).update(`${id}.${timestamp}.${body}`).digest();
  return (signatures ?? "").split(" ").some((signature) => {
    const sent = Buffer.from(signature.replace(/^v1,/, ""), "base64");
    return sent.length === expected.length && timingSafeEqual(sent, expected);
  });
}
