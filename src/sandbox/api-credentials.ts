import { timingSafeEqual } from "node:crypto";
import type { Client } from "./local-cronofy";
import { textField } from "./request-body";
import type { RequestBody } from "./request-body";

/** What an Authorization header bears, or undefined. */
export function bearerOf(header: string | undefined): string | undefined {
  return /^Bearer +(\S+) *$/i.exec(header ?? "")?.[1];
}

/** Whether a bearer is the API key, which is the client's secret. */
export function isApiKey(client: Client, bearer: string | undefined): boolean {
  return bearer !== undefined && equal(bearer, client.client_secret);
}

/** Whether a body names the client and its secret, as the token endpoints ask. */
export function namesClient(client: Client, body: RequestBody): boolean {
  const secret = textField(body, "client_secret");
  return textField(body, "client_id") === client.client_id && isApiKey(client, secret);
}

function equal(one: string, other: string): boolean {
  const [left, right] = [Buffer.from(one), Buffer.from(other)];
  return left.length === right.length && timingSafeEqual(left, right);
}
