import { startSandbox } from "../../src/sandbox";
import type { RunningSandbox } from "../../src/sandbox";

/** A local Cronofy, and an administrator there who decides at once. */
export class LinkSandbox {
  private constructor(
    private readonly sandbox: RunningSandbox,
    private readonly held: Set<() => void>,
  ) {}

  static async start(): Promise<LinkSandbox> {
    const held = new Set<() => void>();
    const delay = (_: number, signal: AbortSignal) =>
      new Promise<void>((resolve, reject) => {
        held.add(resolve);
        signal.addEventListener("abort", () => reject(signal.reason as Error));
      });
    return new LinkSandbox(await startSandbox({ delay }), held);
  }

  /** What `ou-link` needs to know of it. */
  get env(): Record<string, string> {
    const { api_url, app_url, client_id, client_secret } = this.sandbox;
    return {
      CRONOFY_API_URL: api_url,
      CRONOFY_APP_URL: app_url,
      CRONOFY_CLIENT_ID: client_id,
      CRONOFY_CLIENT_SECRET: client_secret,
    };
  }

  get appUrl(): string {
    return this.sandbox.app_url;
  }

  get serviceAccountId(): string {
    const [account] = this.sandbox.service_accounts;
    if (account === undefined) throw new Error("The sandbox has no service account.");
    return account.service_account_id;
  }

  /** @returns where the administrator's browser is sent back to. */
  async decide(
    authorizationUrl: string,
    decision: "approve" | "refuse" = "approve",
    provider = "zoom_enterprise",
  ): Promise<string> {
    const response = await fetch(`${this.sandbox.admin_url}/authorize`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({
        authorization_url: authorizationUrl,
        ...(decision === "approve" ? { conferencing_provider_name: provider } : { refuse: true }),
      }),
    });
    if (!response.ok) throw new Error(`The sandbox answers ${response.status}: ${await response.text()}`);
    return ((await response.json()) as { redirect_to: string }).redirect_to;
  }

  /** @returns an authorization URL with a link token of its own. */
  async authorizationUrl(redirectUri: string, state: string): Promise<string> {
    const { api_url, app_url, client_id, client_secret } = this.sandbox;
    const response = await fetch(`${api_url}/v1/organizational_unit_authorization_link_tokens`, {
      method: "POST",
      headers: { Authorization: `Bearer ${client_secret}`, "Content-Type": "application/json" },
      body: JSON.stringify({ service_account_id: this.serviceAccountId }),
    });
    const body = (await response.json()) as Record<string, Record<string, string>>;
    const query = new URLSearchParams({
      response_type: "code",
      client_id,
      redirect_uri: redirectUri,
      state,
      scope: "organizational_unit_use_integrations",
      "capabilities[]": "conferencing",
      ou_link_token: body["organizational_unit_authorization_link_token"]?.["ou_link_token"] ?? "",
    });
    return `${app_url}/organizational_unit_oauth?${query.toString()}`;
  }

  /** Has the next request to a path of Cronofy's wait until it is released. */
  async hold(path: string): Promise<void> {
    await fetch(`${this.sandbox.admin_url}/faults`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ path, delay_ms: 120_000 }),
    });
  }

  release(): void {
    for (const goOn of this.held) goOn();
  }

  close(): Promise<void> {
    return this.sandbox.close();
  }
}
