/** What the provider's resources get as their client: Tinydb's API. */
import { DiagnosticError, definitionsFor } from "terraform-plugin-ts";

export class Tinydb {
  constructor(private readonly url: string) {}

  /** Null where there is no such thing. `signal` ends it when Terraform is interrupted, or out of time. */
  async request<T>(
    method: "GET" | "POST" | "PATCH" | "DELETE",
    path: string,
    { signal, body, revision }: { signal: AbortSignal; body?: unknown; revision?: unknown },
  ): Promise<T | null> {
    const response = await fetch(this.url + path, {
      method,
      signal,
      headers: revision === undefined ? {} : { "If-Match": JSON.stringify(revision) },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    }).catch((cause: unknown) => {
      // Whoever interrupted Terraform knows; anything else is told.
      signal.throwIfAborted();
      throw new DiagnosticError({ summary: "Tinydb does not answer", detail: `Is ${this.url} right?` }, { cause });
    });
    if (response.status === 404) return null;
    const text = await response.text();
    if (response.ok) return (text === "" ? null : JSON.parse(text)) as T | null;
    if (response.status === 412) {
      throw new DiagnosticError({
        summary: "Changed by somebody else",
        detail: "The database was changed after it was read. Plan again.",
      });
    }
    throw new DiagnosticError({ summary: `Tinydb answers ${response.status}`, detail: text });
  }
}

export const { resource, dataSource, ephemeralResource, provider } = definitionsFor<Tinydb>();
