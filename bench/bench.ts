/**
 * `npm run bench`: what our parts cost, against their budgets. `--only <part>,…` runs some of them, `--quick` less of
 * each. What others cost who could do the same: `npm run bench:peers`.
 */
import { cliHelp } from "./cli-help";
import { driftReport } from "./drift-report";
import { linkService } from "./link-service";
import { rateBudget } from "./rate-budget";
import { refreshFleet } from "./refresh-fleet";
import { failing, runParts } from "./run-parts";
import { sandbox } from "./sandbox";
import { synthesis } from "./synthesis";

failing(runParts([cliHelp, rateBudget, refreshFleet, linkService, sandbox, synthesis, driftReport]));
