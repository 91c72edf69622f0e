import { cliTargets } from "./cli-targets";
import { cronofyTargets } from "./cronofy-targets";
import { driftTargets } from "./drift-targets";
import type { FuzzTarget } from "./fuzz-target";
import { linkServiceTargets } from "./link-service-targets";
import { linkStoreTargets } from "./link-store-targets";
import { sandboxTargets } from "./sandbox-targets";
import { valuesTargets } from "./values-targets";

/** Every parser that takes bytes from outside. */
export const TARGETS: readonly FuzzTarget[] = [
  ...valuesTargets,
  ...cronofyTargets,
  ...linkStoreTargets,
  ...driftTargets,
  ...cliTargets,
  ...sandboxTargets,
  ...linkServiceTargets,
];
