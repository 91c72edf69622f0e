import { Secret } from "../src/cronofy";
import type { LoggedRequest, RunningSandbox } from "../src/sandbox";

/** Steers a running sandbox, and asks it what it has served. */
export class SandboxAdmin {
  constructor(private readonly sandbox: Pick<RunningSandbox, "admin_url">) {}

  /** Has every answer of Cronofy take so many milliseconds from now on. */
  async slowDown(milliseconds: number): Promise<void> {
    await this.call("POST", "/faults", { path: "/*", delay_ms: milliseconds, times: 1_000_000 });
  }

  /**
   * The administrator of a service account opens the URL and approves.
   *
   * @returns the `code` with which the administrator comes back
   */
  async authorize(authorizationUrl: string): Promise<Secret> {
    const answer = await this.call("POST", "/authorize", { authorization_url: authorizationUrl });
    const { redirect_to } = answer as { readonly redirect_to: string };
    const code = new URL(redirect_to).searchParams.get("code");
    if (code === null) throw new Error("The sandbox's administrator comes back without a code.");
    return new Secret(code);
  }

  /** The requests to Cronofy since the sandbox's start, as many as it remembers, oldest first. */
  async requests(): Promise<readonly LoggedRequest[]> {
    return (await this.call("GET", "/requests")) as readonly LoggedRequest[];
  }

  private async call(method: string, path: string, body?: object): Promise<unknown> {
    const response = await fetch(this.sandbox.admin_url + path, {
      method,
      ...(body !== undefined && { headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) }),
    });
    // What it answered instead may quote the URL, and so the token in it.
    if (!response.ok) throw new Error(`The sandbox answered ${method} ${path} with ${response.status}.`);
    return response.json();
  }
}
