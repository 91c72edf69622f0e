import { attachProviders } from "../../src/plugin/testing";
import { PROVIDER_ADDRESS } from "../../src/provider/address";
import { cronofyHandlers } from "../../src/provider/provider";
import { markdownTable } from "../markdown-table";
import type { Part } from "../run-parts";
import { Stage } from "../stage";
import { OURS, REDIRECT_URI, serviceAccountId } from "../subject";
import type { Subject } from "../subject";
import { SCRIPT, inTerraform } from "./contender";
import type { Contender, Declared } from "./contender";
import { CURL } from "./subjects";
import type { BuiltPeers } from "./subjects";

const DAYS = 30;
const REVOKED_ON = 20;
const DAY = 24 * 3_600;
/** One that is linked, and one whose administrator never comes. */
const [LINKED, COUNT] = [0, 2];
const LINK_TOKENS = "/v1/organizational_unit_authorization_link_tokens";

interface Month {
  readonly name: string;
  readonly requests: number;
  readonly minted: number;
  /** What Terraform, or the script, says by day. */
  readonly said: readonly string[];
}

/** A pipeline that applies each day, while nobody changes anything. */
export function month({ go }: BuiltPeers): Part {
  return {
    name: "month",
    async run() {
      const months = [
        await ourMonth("ours, by invitation", { OU_LINK_SERVICE_URL: new URL(REDIRECT_URI).origin }),
        await ourMonth("ours, by URL", {}),
        await peersMonth(inTerraform(go)),
        await peersMonth(inTerraform(CURL)),
        await peersMonth(SCRIPT),
      ];
      const table = markdownTable(
        ["", "requests", "tokens minted", "day 2", "after the revocation"],
        months.map(({ name, requests, minted, said }) => [
          name,
          String(requests),
          String(minted),
          said[2] ?? "",
          said[REVOKED_ON] ?? "",
        ]),
      );
      const text =
        `Two links are applied, the administrator of one comes, and a pipeline applies on each of ${DAYS} days; on day ` +
        `${REVOKED_ON} the link that was made has been revoked:`;
      return { text: `${text}\n\n${table}`, kept: true };
    },
  };
}

/** Ours runs in this process, where its clock can be set. */
async function ourMonth(name: string, env: Readonly<Record<string, string>>): Promise<Month> {
  return withMonth(name, OURS, async (stage, now) => {
    const handlers = cronofyHandlers({ env: { ...stage.env(OURS), ...env }, now: () => new Date(now()) });
    const attached = await attachProviders({ [PROVIDER_ADDRESS]: handlers });
    const contender = inTerraform(OURS, attached.env.TF_REATTACH_PROVIDERS);
    return { declared: await contender.open(stage, COUNT), end: () => attached.close() };
  });
}

function peersMonth(contender: Contender): Promise<Month> {
  return withMonth(contender.name, contender, async (stage) => ({
    declared: await contender.open(stage, COUNT),
    end: () => Promise.resolve(),
  }));
}

async function withMonth(
  name: string,
  subject: Pick<Subject, "name">,
  open: (
    stage: Stage,
    now: () => number,
  ) => Promise<{ readonly declared: Declared; readonly end: () => Promise<void> }>,
): Promise<Month> {
  let ahead = 0;
  const now = () => Date.now() + ahead * 1_000;
  const stage = await Stage.open(COUNT, now);
  const { declared, end } = await open(stage, now);
  try {
    const said: string[] = [];
    const requests: string[] = [];
    await declared.run("init");
    for (let day = 0; day <= DAYS; day++) {
      if (day === REVOKED_ON) stage.controls.revoke(serviceAccountId(LINKED));
      const before = stage.controls.requests().length;
      const run = await declared.run("apply", { env: { BENCH_SECONDS_AHEAD: String(ahead) } });
      requests.push(
        ...stage.controls
          .requests()
          .slice(before)
          .map(({ path }) => path),
      );
      said.push(outcomeIn(run?.output ?? ""));
      if (day === 0) await stage.link(subject, LINKED + 1);
      ahead += DAY;
    }
    return { name, requests: requests.length, minted: requests.filter((path) => path === LINK_TOKENS).length, said };
  } finally {
    await end();
    await stage.close();
  }
}

/** The line of Terraform's output that tells what is to be done, or those of the script without their addresses. */
function outcomeIn(output: string): string {
  const planned = /^(No changes|Plan: [^.]*)\./m.exec(output)?.[1];
  return (
    planned ??
    output
      .trim()
      .replace(/: http\S+/g, ": a new URL")
      .replaceAll("\n", "; ")
  );
}
