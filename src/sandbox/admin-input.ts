import type { Context } from "hono";
import type { z } from "zod";
import type { HostEnvironment } from "./host-environment";
import { readText } from "./request-body";

/** A request to the admin API, or to its console, that cannot be carried out; the message is for who sent it. */
export class AdminError extends Error {
  override readonly name = "AdminError";
  readonly status: 404 | 409 | 422;

  constructor(status: 404 | 409 | 422, message: string) {
    super(message);
    this.status = status;
  }
}

/**
 * Reads a JSON body of the admin API.
 * @throws AdminError that names every field that is wrong
 */
export async function readInput<Schema extends z.ZodType>(
  c: Context<HostEnvironment>,
  schema: Schema,
): Promise<z.output<Schema>> {
  // The type is asked for because a page of another site can send JSON as text/plain, but not as what it is.
  if (!/^application\/json\b/i.test(c.req.header("content-type") ?? "")) {
    throw new AdminError(422, "The body has to be JSON with Content-Type: application/json.");
  }
  return checkInput(parseJson(await readText(c)), schema);
}

/**
 * Checks what came in by whatever way.
 * @throws AdminError that names every field that is wrong
 */
export function checkInput<Schema extends z.ZodType>(input: unknown, schema: Schema): z.output<Schema> {
  const parsed = schema.safeParse(input);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map(({ path, message }) => `${path.join(".") || "body"}: ${message}`);
  throw new AdminError(422, problems.join("; "));
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new AdminError(422, "The body is not JSON.");
  }
}
