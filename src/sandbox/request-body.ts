import type { Context } from "hono";
import { HTTPException } from "hono/http-exception";
import type { HostEnvironment } from "./host-environment";

/** The fields of a JSON or form body, by name. */
export type RequestBody = ReadonlyMap<string, unknown>;

/** The most bytes of a body that any route reads. */
const BODY_LIMIT = 64 * 1024;

/**
 * Reads what `Content-Type` says is there, as the documentation asks of both forms. A body of another type, one that
 * cannot be read and a JSON body that is no object count as empty, so that what is missing is what gets reported.
 * @throws HTTPException with 413 where the body is too long
 */
export async function readRequestBody(c: Context<HostEnvironment>): Promise<RequestBody> {
  const type = c.req.header("content-type")?.split(";")[0]?.trim().toLowerCase();
  const text = await readText(c);
  if (type === "application/x-www-form-urlencoded") return new Map<string, unknown>(new URLSearchParams(text));
  return new Map<string, unknown>(type === "application/json" ? entriesOfJson(text) : []);
}

/** A field that is a string with something in it, or undefined. */
export function textField(body: RequestBody, name: string): string | undefined {
  const value = body.get(name);
  return typeof value === "string" && value.trim() !== "" ? value : undefined;
}

/**
 * A body as text.
 * @throws HTTPException with 413 where it is too long
 */
export async function readText(c: Context<HostEnvironment>): Promise<string> {
  // Node's own stream where there is one: by way of Request, reading costs as much as all the rest.
  const body: AsyncIterable<Uint8Array> | Iterable<Uint8Array> = c.env?.incoming ?? c.req.raw.body ?? [];
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of body) {
    length += chunk.length;
    // What is too much is read to its end, so that the client hears the answer, but not kept.
    if (length <= BODY_LIMIT) chunks.push(chunk);
  }
  if (length > BODY_LIMIT) {
    throw new HTTPException(413, { message: `The sandbox reads bodies of up to ${BODY_LIMIT} bytes.` });
  }
  return Buffer.concat(chunks).toString();
}

function entriesOfJson(text: string): [string, unknown][] {
  try {
    const parsed: unknown = JSON.parse(text);
    return parsed !== null && typeof parsed === "object" && !Array.isArray(parsed) ? Object.entries(parsed) : [];
  } catch {
    return [];
  }
}
