import { CronofyClient } from "../cronofy";
import type { CallBounds, Delay } from "../cronofy";
import { linkIdText } from "../link";
import type { AuthorizeWith } from "../link";
import {
  askAnew,
  callbackUrl,
  declareLink,
  endLink,
  invitationUrl,
  isAccessTokenSource,
  lookAtLink,
  observeLink,
  releaseLink,
  signOAuthState,
  withdrawDeclaration,
} from "../link-store";
import type {
  Declared,
  Ending,
  LinkEvidence,
  LinkFacts,
  LinkInvitation,
  LinkKey,
  LinkSource,
  LinkStore,
} from "../link-store";
import { DiagnosticError, NULL, UNKNOWN, definitionsFor, known } from "../plugin";
import type { Call, Logger, Value } from "../plugin";
import type { RateBudgets } from "./rate-budgets";
import type { CronofySettings } from "./settings";

/** What was observed of a link, or that nothing is configured that could observe it. */
export type Observation =
  | Exclude<LinkEvidence, { kind: "not-recorded" }>
  /** With what and where the store is, in which a record was looked for. */
  | { readonly kind: "not-recorded"; readonly store: string }
  | { readonly kind: "no-store" };

/** What all provider blocks of a process share. */
interface Surroundings {
  readonly now: () => Date;
  readonly sleep: Delay;
  readonly rateBudgets: RateBudgets;
  /** The machine and folder in which Terraform runs, for whoever wonders where a link is declared. */
  readonly place: string;
  /** The User-Agent of every request to Cronofy. */
  readonly userAgent: string;
}

/** What every resource works with: Cronofy's API, the store of authorizations, and the clock. */
export class Cronofy {
  private connected: CronofyClient | undefined;

  constructor(
    private readonly settings: CronofySettings,
    private readonly surroundings: Surroundings,
    private readonly log: Logger,
  ) {}

  /** The current time. Never asked while planning, for Terraform plans twice and compares. */
  get now(): () => Date {
    return this.surroundings.now;
  }

  /** Waits for so many milliseconds of that time, and throws the signal's reason as soon as it is aborted. */
  get sleep(): Delay {
    return this.surroundings.sleep;
  }

  /** The id of a link, `<data center>/<service account>`, as far as it can be told yet. */
  linkId(serviceAccountId: Value<string>): Value<string> {
    const { data_center: dataCenter } = this.settings;
    if (serviceAccountId.kind !== "known" || dataCenter.kind !== "known") return UNKNOWN;
    return known(linkIdText({ dataCenter: dataCenter.value, serviceAccountId: serviceAccountId.value }));
  }

  /** Cronofy's API with the provider's credentials. */
  get client(): CronofyClient {
    const { settings } = this;
    const dataCenter = this.require("data_center");
    const clientId = this.require("client_id");
    return (this.connected ??= new CronofyClient({
      dataCenter,
      clientId,
      clientSecret: this.require("client_secret"),
      ...optional("apiUrl", settings.api_url),
      ...optional("appUrl", settings.app_url),
      ...optional("requestTimeout", settings.request_timeout),
      ...optional("maxRetries", settings.max_retries),
      rateBudget: this.surroundings.rateBudgets.of({
        application: `${dataCenter}/${clientId}`,
        ...optional("requestsPerSecond", settings.requests_per_second),
        ...optional("requestsPerMinute", settings.requests_per_minute),
      }),
      now: this.now,
      userAgent: this.surroundings.userAgent,
      onRetry: ({ operation, attempt, delay, error }) =>
        this.log.info("Waiting before a retry", { operation, attempt, delay_ms: delay, reason: error.code }),
      onWait: ({ operation, delay, reason }) =>
        this.log.info("Waiting for the rate limit", { operation, delay_ms: delay, reason }),
    }));
  }

  /** What a link's authorization is kept under. */
  linkKey(serviceAccountId: string): LinkKey {
    return { dataCenter: this.require("data_center"), clientId: this.require("client_id"), serviceAccountId };
  }

  /** Where links are kept or looked up, or null where no store is configured. */
  get store(): LinkSource | null {
    return this.settings.link_store.kind === "null" ? null : this.require("link_store");
  }

  /**
   * What can be known of a link now. Without a client secret Cronofy cannot be asked: then the record alone tells, and a
   * warning says since when it may be out of date.
   */
  async observe(serviceAccountId: string, call: Pick<Call, "signal" | "timeout" | "warn">): Promise<Observation> {
    const notKnownYet = Object.values(this.settings).some((setting: Value<unknown>) => setting.kind === "unknown");
    if (notKnownYet) return { kind: "unavailable", reason: "The provider block is not wholly known yet.", cause: null };
    const { store } = this;
    if (store === null) return { kind: "no-store" };
    const key = this.linkKey(serviceAccountId);
    const evidence =
      this.settings.client_secret.kind === "null"
        ? await this.lookAt(store, key, call.warn)
        : await observeLink(store, this.client, key, {
            now: this.now,
            ...optional("maxAge", this.settings.read_back_max_age),
            ...this.bounds(call),
          });
    return evidence.kind === "not-recorded" ? { ...evidence, store: store.description } : evidence;
  }

  private async lookAt(source: LinkSource, key: LinkKey, warn: Call["warn"]): Promise<LinkEvidence> {
    if (isAccessTokenSource(source)) {
      const reason =
        "Without client_secret Cronofy is not asked, and the program of the link_store keeps no record to read.";
      return { kind: "unavailable", reason, cause: null };
    }
    const evidence = await lookAtLink(source, key);
    if (evidence.kind === "linked") {
      const confirmedAt = evidence.link?.authorization?.confirmedAt ?? evidence.authorization.linkedAt;
      warn({
        summary: "Told by the record alone",
        detail:
          `${linkIdText(key)} is linked by its record, and Cronofy last confirmed that at ${confirmedAt}. ` +
          "Without client_secret Cronofy is not asked: what has become of the link since, an apply or a drift report tells.",
      });
    }
    return evidence;
  }

  /**
   * Whether there is a store that keeps records of links, as far as that can be told yet: a program that hands out access
   * tokens keeps its own.
   */
  get keepsRecords(): boolean | undefined {
    const { link_store: store } = this.settings;
    if (store.kind === "unknown") return undefined;
    return store.kind === "known" && !isAccessTokenSource(store.value);
  }

  /**
   * Records that a link is declared; null where no store of ours keeps records.
   *
   * @throws LinkStoreError where the store cannot take it.
   */
  async declare(
    serviceAccountId: string,
    what: {
      readonly declarationId: string;
      readonly conferencingProviderName: string | null;
      readonly asksAnew: boolean;
    },
    signal: AbortSignal,
  ): Promise<Declared | null> {
    const records = this.records();
    if (records === null) return null;
    // Without it links are only planned. A link that is declared here may need a link token next.
    this.require("client_secret");
    const { declarationId: id, ...asked } = what;
    const now = this.now();
    const declaration = { id, at: now.toISOString(), place: this.surroundings.place };
    return declareLink(records, this.linkKey(serviceAccountId), { ...asked, declaration, now, signal });
  }

  /** Takes back what {@link declare} recorded, when the apply fails before an administrator can be sent for. */
  async withdraw(serviceAccountId: string, declared: Declared): Promise<void> {
    const records = this.records();
    if (records !== null) await withdrawDeclaration(records, this.linkKey(serviceAccountId), declared, this.now());
  }

  /**
   * Awaits an administrator of a declared link anew, by its invitation.
   *
   * @returns since when they are awaited; null where no such link is declared.
   * @throws DiagnosticError where no invitation brings them; LinkStoreError.
   */
  async askAgain(serviceAccountId: string, signal: AbortSignal): Promise<string | null> {
    const records = this.records();
    if (records === null || this.settings.link_service_url.kind !== "known") {
      throw new DiagnosticError({
        summary: "No invitation to ask by",
        detail:
          "Asking anew sends nobody a URL: the administrator comes by the link's invitation, which needs the provider's " +
          "link_service_url and a link_store that keeps records. Without them, change the link's keepers and apply.",
      });
    }
    return askAnew(records, this.linkKey(serviceAccountId), this.now(), signal);
  }

  /** What is recorded of a link; null where nothing is, or nowhere. */
  async recorded(serviceAccountId: string): Promise<LinkFacts | null> {
    return (await this.records()?.look(this.linkKey(serviceAccountId))) ?? null;
  }

  /**
   * Ends a declaration of a link.
   *
   * @param declarationId null where the resource instance knows none
   * @param authorization what becomes of the authorization
   */
  async end(
    serviceAccountId: string,
    declarationId: string | null,
    authorization: "revoke" | "keep",
    signal: AbortSignal,
  ): Promise<Ending | { readonly kind: "no-store" }> {
    const { store } = this;
    const key = this.linkKey(serviceAccountId);
    if (store === null) return { kind: "no-store" };
    this.require("client_secret");
    if (!isAccessTokenSource(store)) {
      const options = { declarationId, now: this.now(), signal };
      return authorization === "keep" ? releaseLink(store, key, options) : endLink(store, this.client, key, options);
    }
    if (authorization === "keep") return { kind: "kept" };
    const granted = await store.accessToken(key, signal);
    if (granted === null) return { kind: "not-recorded" };
    await this.client.revoke({ token: granted.accessToken }, signal);
    return { kind: "revoked" };
  }

  /**
   * The address to send to an administrator for good. Asks nobody. Unknown where the provider block is not known yet, or has
   * nothing to sign it with.
   */
  async invitationUrl(
    invitation: Omit<LinkInvitation, keyof LinkKey> & Pick<LinkKey, "serviceAccountId">,
  ): Promise<Value<string>> {
    const { settings } = this;
    if (settings.link_service_url.kind === "null") return NULL;
    const { link_service_url, link_secret, data_center, client_id } = settings;
    const signedWith: readonly Value<unknown>[] = [link_service_url, link_secret, data_center, client_id];
    if (signedWith.some(({ kind }) => kind !== "known")) return UNKNOWN;
    const key = this.linkKey(invitation.serviceAccountId);
    return known(
      await invitationUrl(this.require("link_service_url"), { ...invitation, ...key }, this.require("link_secret")),
    );
  }

  /** How administrators are brought where a link does not say, as far as that can be told yet. */
  get authorizeWith(): Value<AuthorizeWith> {
    const { kind } = this.settings.link_service_url;
    return kind === "unknown" ? UNKNOWN : known(kind === "null" ? "url" : "invitation");
  }

  /** Where the link service takes administrators back; null where there is none. */
  get callbackUrl(): Value<string> {
    const { link_service_url: linkServiceUrl } = this.settings;
    return linkServiceUrl.kind === "known" ? known(callbackUrl(linkServiceUrl.value)) : linkServiceUrl;
  }

  /** The OAuth `state` that tells the link service which link an administrator comes back for. */
  signState(serviceAccountId: string, redirectUri: string, conferencingProviderName: string | null): Promise<string> {
    const asked = conferencingProviderName === null ? {} : { conferencingProviderName };
    return signOAuthState({ ...this.linkKey(serviceAccountId), redirectUri, ...asked }, this.require("link_secret"));
  }

  /** What ends an operation, as Cronofy's client takes it. */
  bounds({ signal, timeout }: Pick<Call, "signal" | "timeout">): CallBounds {
    return timeout === undefined ? { signal } : { signal, deadline: new Date(this.now().getTime() + timeout) };
  }

  private records(): LinkStore | null {
    const { store } = this;
    return store === null || isAccessTokenSource(store) ? null : store;
  }

  private require<K extends keyof CronofySettings>(name: K): Extract<CronofySettings[K], { kind: "known" }>["value"] {
    const setting = this.settings[name];
    if (setting.kind === "known") return setting.value;
    // Only client_secret can be missing here, and link_secret, for which it stands in.
    if (setting.kind === "null") {
      throw new DiagnosticError({
        summary: "Missing client_secret",
        detail:
          "Set client_secret in the provider block, or CRONOFY_CLIENT_SECRET in the environment. Without it links can be " +
          "planned, by what their records say; none is made, changed at Cronofy, or ended.",
      });
    }
    throw new DiagnosticError({
      summary: "Provider configuration is not known yet",
      detail:
        `The provider block's ${name} comes from something that has not been applied. ` +
        "Apply that first (terraform apply -target=…), or set the value directly.",
    });
  }
}

/** The definitions of this provider's parts. */
export const { resource, dataSource, ephemeralResource, action, provider } = definitionsFor<Cronofy>();

function optional<K extends string, T>(name: K, value: Value<T>): { [key in K]?: T } {
  return value.kind === "known" ? ({ [name]: value.value } as { [key in K]?: T }) : {};
}
