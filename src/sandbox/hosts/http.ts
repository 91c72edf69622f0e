import type { HttpBindings } from "@hono/node-server";
import type { Context, MiddlewareHandler } from "hono";
import { HTTPException } from "hono/http-exception";
import type { Assumptions } from "../assumptions";

/** Stands for a cut connection where there is no listener whose socket could be closed. */
export class ConnectionDropped extends Error {
  override readonly name = "ConnectionDropped";
}

/** What handlers get beside the request: Node's own objects where there is a listener, else nothing. */
export interface HostEnvironment {
  Bindings: Partial<HttpBindings>;
}

/** A step that requests pass on the way to their route, and responses on the way back. */
export type Gate = MiddlewareHandler<HostEnvironment>;

/** The fields of a JSON or form body, by name. */
export type RequestBody = ReadonlyMap<string, unknown>;

const BODY_LIMIT = 64 * 1024;

/**
 * Reads a body of either type that the documentation allows, by its `Content-Type`. Any other body counts as empty, so
 * that the answer names the fields that are missing.
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
  // Node's own stream is read where there is one: reading through Request costs as much as all the rest.
  const body: AsyncIterable<Uint8Array> | Iterable<Uint8Array> = c.env?.incoming ?? c.req.raw.body ?? [];
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of body) {
    length += chunk.length;
    // What is too much is read but not kept: a client hears the answer only after it has sent everything.
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

/** Answers with a status of which Cronofy documents only the number. */
export function undocumentedError(
  c: Context,
  assumptions: Assumptions,
  status: 401 | 402 | 403 | 404 | 423 | 429,
  message: string,
) {
  if (status === 401 && assumptions.sendsWwwAuthenticate) {
    c.header("WWW-Authenticate", `Bearer error="invalid_token", error_description="${message}"`);
  }
  return assumptions.undocumentedErrorBody === "json" ? c.json({ error: message }, status) : c.body(null, status);
}

/** Answers an error that no host expected. The answer never says what was in the request. */
export function unexpectedError(error: Error, c: Context): Response {
  if (error instanceof ConnectionDropped) throw error;
  if (error instanceof HTTPException) return error.getResponse();
  return c.text("The sandbox failed at this request, which is a bug in the sandbox.\n", 500);
}

/** Whether a browser says that another site's page sent this request. Other clients say nothing about it. */
export function isCrossSite(request: { header(name: string): string | undefined }): boolean {
  const site = request.header("sec-fetch-site");
  if (site !== undefined) return site !== "same-origin" && site !== "none";
  const origin = request.header("origin");
  return origin !== undefined && origin !== `http://${request.header("host") ?? ""}`;
}
