import { RateBudget } from "../cronofy";

/** The limits of an application, by its data center and client id. */
interface ApplicationLimits {
  readonly application: string;
  readonly requestsPerSecond?: number;
  readonly requestsPerMinute?: number;
}

/**
 * The rate budgets of this process. Cronofy counts what an application sends, whichever provider block it came from, so
 * blocks of one application with the same limits share one.
 */
export class RateBudgets {
  private readonly budgets = new Map<string, RateBudget>();

  of({ application, ...limits }: ApplicationLimits): RateBudget {
    const key = JSON.stringify([application, limits.requestsPerSecond, limits.requestsPerMinute]);
    let budget = this.budgets.get(key);
    if (budget === undefined) this.budgets.set(key, (budget = new RateBudget(limits)));
    return budget;
  }
}
