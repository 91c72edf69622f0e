/** How many links Terraform works on at once: its own default. */
export const PARALLELISM = 10;

/** Milliseconds that Cronofy takes for an answer. */
export const ANSWER_TIME = 50;

/** Bytes that the provider's process may have resident at its peak, whatever the size of the fleet. */
export const MEMORY_BUDGET = 120_000_000;

/** What one plan of a fleet took, of which each link is linked and nothing is to be done. */
export interface FleetPlan {
  readonly links: number;
  /** What is particular about this plan. */
  readonly what: string;
  /** Milliseconds. */
  readonly time: number;
  /** Milliseconds that waiting for Cronofy's answers alone takes at this parallelism. */
  readonly waiting: number;
  readonly requests: FleetRequests;
  /** How many requests for userinfo there may be, no more and no fewer. Others may not be at all. */
  readonly userInfoBudget: number;
  /** Bytes; null where the system does not tell. */
  readonly peakMemory: number | null;
}

/** How many requests of each kind Cronofy was sent. */
export interface FleetRequests {
  readonly userInfo: number;
  readonly tokenRefresh: number;
  readonly other: number;
}

/** Whether each link took the requests that it may take, and no other. */
export function requestsWithinBudget({ requests, userInfoBudget }: FleetPlan): boolean {
  return requests.userInfo === userInfoBudget && requests.tokenRefresh === 0 && requests.other === 0;
}

/** Whether the provider kept within its memory; true where the system does not tell. */
export function memoryWithinBudget({ peakMemory }: FleetPlan): boolean {
  return peakMemory === null || peakMemory < MEMORY_BUDGET;
}
