import {
  AccountLockedError,
  ForbiddenError,
  InvalidArgumentError,
  InvalidParametersError,
  NotFoundError,
  OAuthError,
  PlanLacksFeatureError,
  RateBudgetError,
  RateLimitedError,
  ServerError,
  UnauthorizedError,
  UnexpectedResponseError,
  UnreachableError,
} from "../../src/cronofy";
import type { CallFacts, CronofyError } from "../../src/cronofy";
import { LinkStoreError } from "../../src/link-store";
import { diagnosed } from "../../src/provider/cronofy-diagnostics";

const MINT: CallFacts = { operation: "create a link token", host: "api.cronofy.com", subject: "ser_1" };
const ASK: CallFacts = { operation: "read the user info", host: "api.cronofy.com" };

describe("what Cronofy refuses", () => {
  it.each<[string, CronofyError, readonly string[] | undefined]>([
    ["Account is locked", new AccountLockedError(MINT), ["service_account_id"]],
    ["Unknown service account", new NotFoundError(MINT), ["service_account_id"]],
    ["Cronofy refuses the parameters", new InvalidParametersError(MINT, []), ["service_account_id"]],
    ["Account is locked", new AccountLockedError(ASK), undefined],
    ["Unknown service account", new NotFoundError(ASK), undefined],
    ["Cronofy refuses the parameters", new InvalidParametersError(ASK, []), undefined],
    ["Cronofy refuses the credentials", new OAuthError(MINT, "invalid_client", 400), undefined],
    ["Not in the Cronofy plan", new PlanLacksFeatureError(MINT), undefined],
    ["Rate limit is used up", new RateLimitedError(MINT, null), undefined],
    ["Cronofy has a problem", new ServerError(MINT, 503, null), undefined],
    [
      "Cronofy cannot be reached",
      new UnreachableError(MINT, { sent: false, timedOut: false, reason: "ECONNREFUSED" }),
      undefined,
    ],
    ["Unexpected answer", new UnexpectedResponseError(MINT, "is no JSON", 200), undefined],
    [
      "Value cannot be used",
      new InvalidArgumentError("set up the client", "apiUrl", "it is none", "Set it."),
      undefined,
    ],
    ["Cronofy refuses the credentials", new UnauthorizedError(MINT), undefined],
    ["Cronofy refuses access", new ForbiddenError(MINT), undefined],
  ])("is told as: %s, at the argument that it is about", async (summary, error, path) => {
    const told: unknown = await diagnosed(() => Promise.reject(error)).catch((thrown: unknown) => thrown);
    expect(told).toMatchObject({ summary, detail: error.message });
    expect((told as { path?: unknown }).path).toEqual(path);
  });

  it("says what else helps where the limit that this process keeps is used up", async () => {
    const late = new RateBudgetError(MINT, { reason: "per_minute", limit: 500, wait: 30_000 });
    await expect(diagnosed(() => Promise.reject(late))).rejects.toMatchObject({
      summary: "Rate limit is used up",
      detail:
        `${late.message} The limits are requests_per_second and requests_per_minute of the provider block, the time allowed ` +
        "is in the resource's timeouts, and -parallelism=N lowers how much Terraform does at once.",
    });
  });

  it("is told apart from what the store cannot do, and from what nobody expects", async () => {
    const down = new LinkStoreError("not-readable", "db", "The database is down.");
    const told: unknown = await diagnosed(() => Promise.reject(down)).catch((thrown: unknown) => thrown);
    expect(told).toMatchObject({ summary: "Link store failed", detail: "The database is down.", cause: down });
    const broken = new TypeError("It is broken.");
    await expect(diagnosed(() => Promise.reject(broken))).rejects.toBe(broken);
    expect(await diagnosed(() => Promise.resolve("done"))).toBe("done");
  });
});
