import { createHandlers } from "../plugin";
import { createCronofyProvider } from "./provider";
import type { CronofyProviderOptions } from "./provider";

/** The provider, ready to be served. */
export function cronofyHandlers(options?: CronofyProviderOptions) {
  return createHandlers(createCronofyProvider(options));
}
