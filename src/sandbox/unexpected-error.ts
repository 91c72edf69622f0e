import type { Context } from "hono";
import { HTTPException } from "hono/http-exception";
import { ConnectionDropped } from "./faults";

/** Answers an error that no host has a word for; it never says what was in the request. */
export function unexpectedError(error: Error, c: Context): Response {
  if (error instanceof ConnectionDropped) throw error;
  if (error instanceof HTTPException) return error.getResponse();
  return c.text("The sandbox failed at this request, which is a bug in the sandbox.\n", 500);
}
