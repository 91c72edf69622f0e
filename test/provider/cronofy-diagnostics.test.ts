import { AccountLockedError, ForbiddenError, NotFoundError, UnauthorizedError } from "../../src/cronofy";
import type { CallFacts, CronofyError } from "../../src/cronofy";
import { diagnosed } from "../../src/provider/cronofy-diagnostics";

const MINT: CallFacts = { operation: "create a link token", host: "api.cronofy.com", subject: "ser_1" };
const ASK: CallFacts = { operation: "read the user info", host: "api.cronofy.com" };

describe("what Cronofy refuses", () => {
  it.each<[string, CronofyError, readonly string[] | undefined]>([
    ["Account is locked", new AccountLockedError(MINT), ["service_account_id"]],
    ["Unknown service account", new NotFoundError(MINT), ["service_account_id"]],
    ["Account is locked", new AccountLockedError(ASK), undefined],
    ["Cronofy refuses the credentials", new UnauthorizedError(MINT), undefined],
    ["Cronofy refuses access", new ForbiddenError(MINT), undefined],
  ])("is told as: %s, at the argument that it is about", async (summary, error, path) => {
    const told: unknown = await diagnosed(() => Promise.reject(error)).catch((thrown: unknown) => thrown);
    expect(told).toMatchObject({ summary, detail: error.message });
    expect((told as { path?: unknown }).path).toEqual(path);
  });
});
