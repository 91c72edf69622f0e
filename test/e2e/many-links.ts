import { configuration, raiseStage } from "./stage";
import type { Stage, StageOptions } from "./stage";

/** A stage with any number of links, declared with `for_each`. */
export interface ManyLinks extends Stage {
  /** One for each link. */
  readonly serviceAccountIds: readonly string[];
  /** The whole configuration of links for these service accounts. `arguments_` are further lines of the resource. */
  linksOf(serviceAccountIds: readonly string[], arguments_?: string): string;
  /** Makes further service accounts, with nothing declared for them. */
  addServiceAccounts(count: number): Promise<readonly string[]>;
}

/** For a provider that need not spare the sandbox: waiting for Cronofy's own limits takes real time. */
export const WITHOUT_LIMITS = { CRONOFY_REQUESTS_PER_SECOND: "100000", CRONOFY_REQUESTS_PER_MINUTE: "100000" };

/** The address of a service account's link. */
export function linkOf(serviceAccountId: string): string {
  return `cronofy_organizational_unit_link.all[${JSON.stringify(serviceAccountId)}]`;
}

/** Sets such a stage, on which every link is linked, as its state says. */
export async function raiseManyLinks(count: number, options: StageOptions): Promise<ManyLinks> {
  const stage = await raiseStage(options);
  try {
    const many = await withManyLinks(stage, count);
    if (count > 0) await linkAll(many);
    return many;
  } catch (error) {
    await stage.close();
    throw error;
  }
}

async function withManyLinks(stage: Stage, count: number): Promise<ManyLinks> {
  const addServiceAccounts = async (more: number) => {
    const ids: string[] = [];
    for (let index = 0; index < more; index++) {
      const email = `calendars-${index}@${Date.now()}.example`;
      const made = await stage.admin("POST", "/service_accounts", { email });
      ids.push((made as { service_account_id: string }).service_account_id);
    }
    return ids;
  };
  return {
    ...stage,
    serviceAccountIds: await addServiceAccounts(count),
    addServiceAccounts,
    linksOf(ids, arguments_ = "") {
      const [requirements = ""] = configuration(stage).split("resource ");
      return `${requirements}
resource "cronofy_organizational_unit_link" "all" {
  for_each           = toset(${JSON.stringify(ids)})
  service_account_id = each.value
  redirect_uri       = ${JSON.stringify(stage.callbackUrl)}
  ${arguments_}
}
`;
    },
  };
}

async function linkAll(stage: ManyLinks): Promise<void> {
  const { terraform, serviceAccountIds } = stage;
  await terraform.apply({ configuration: stage.linksOf(serviceAccountIds) });
  const state = await terraform.state();
  const pages = await Promise.all(
    serviceAccountIds.map((id) => stage.authorize(state.resource(linkOf(id)).values["authorization_url"])),
  );
  const refused = pages.find(({ status }) => status !== 200);
  if (refused !== undefined) throw new Error(`The link service answered ${refused.status}.`);
  await terraform.refresh();
}
