/** `npm run bench`: what the provider costs, beside the same without it, in one run on one machine. */
import { mkdtemp, rm } from "node:fs/promises";
import { cpus, tmpdir } from "node:os";
import path from "node:path";
import { startSandbox } from "../src/sandbox";
import { applyFleet } from "./apply-fleet";
import { cliHelp } from "./cli-help";
import { driftReport, driftReportTable, driftReportWithinBudget } from "./drift-report";
import { handshake } from "./handshake";
import { linkService, linkServiceTable, linkServiceWithinBudget } from "./link-service";
import { withinBudget } from "./measurement";
import { planOneLink } from "./plan-one-link";
import { rateBudget } from "./rate-budget";
import { refreshFleet, refreshFleetWithinBudget } from "./refresh-fleet";
import { refreshFleetTable } from "./refresh-fleet-table";
import { rpc, rpcWithinBudget } from "./rpc";
import { rpcTable } from "./rpc-table";
import { sandbox as localCronofy, sandboxTable, sandboxWithinBudget } from "./sandbox";
import { synthesis, synthesisTable, synthesisWithinBudget } from "./synthesis";
import { table } from "./table";
import { EXECUTABLE, Workspaces, serviceAccountId } from "./workspaces";

const FLEET = 500;

bench().catch((error: unknown) => {
  console.error(`bench: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
});

async function bench(): Promise<void> {
  const folder = await mkdtemp(path.join(tmpdir(), "bench-"));
  const serviceAccounts = Array.from({ length: FLEET }, (_, index) => ({
    service_account_id: serviceAccountId(index),
    email: `calendars@customer-${index}.test`,
  }));
  const sandbox = await startSandbox({ serviceAccounts });
  try {
    const workspaces = new Workspaces(folder, EXECUTABLE, sandbox);
    const measurements = [
      await handshake(EXECUTABLE),
      await cliHelp(),
      await planOneLink(workspaces),
      ...(await applyFleet(workspaces, FLEET)),
      ...(await rateBudget()),
    ];
    const plans = await refreshFleet();
    const calls = await rpc();
    const service = await linkService();
    const cronofy = await localCronofy();
    const syntheses = await synthesis();
    const drift = await driftReport();
    console.log(`${cpus().length} × ${cpus()[0]?.model.trim() ?? "unknown processor"}, ${process.platform}\n`);
    const tables = [
      table(measurements),
      refreshFleetTable(plans),
      rpcTable(calls),
      linkServiceTable(service),
      sandboxTable(cronofy),
      synthesisTable(syntheses),
      driftReportTable(drift),
    ];
    console.log(tables.join("\n\n"));
    const kept =
      measurements.every(withinBudget) &&
      refreshFleetWithinBudget(plans) &&
      rpcWithinBudget(calls) &&
      linkServiceWithinBudget(service) &&
      sandboxWithinBudget(cronofy) &&
      synthesisWithinBudget(syntheses) &&
      driftReportWithinBudget(drift);
    if (!kept) process.exitCode = 1;
  } finally {
    await sandbox.close();
    await rm(folder, { recursive: true, force: true });
  }
}
