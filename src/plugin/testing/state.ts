import type { TerraformState, TerraformStateModule, TerraformStateResource } from "./terraform-workspace";

/** What a state holds, by address. */
export class State {
  constructor(
    /** `terraform show -json`, for what has no accessor here. */
    readonly json: TerraformState,
  ) {}

  /**
   * A resource or data source, in whatever module.
   *
   * @param address such as `cronofy_organizational_unit_link.acme` or `module.x.memory_note.a["one"]`
   * @throws Error that lists what is there when this is not
   */
  resource(address: string): TerraformStateResource {
    const found = this.resources.find((each) => each.address === address);
    if (found !== undefined) return found;
    const there = this.addresses.length === 0 ? "The state is empty." : `It holds ${this.addresses.join(", ")}.`;
    throw new Error(`The state holds no ${address}. ${there}`);
  }

  /** The addresses of all resources and data sources. */
  get addresses(): readonly string[] {
    return this.resources.map(({ address }) => address);
  }

  /** The outputs' values by name, sensitive ones in clear. */
  get outputs(): Readonly<Record<string, unknown>> {
    const outputs = Object.entries(this.json.values?.outputs ?? {});
    return Object.fromEntries(outputs.map(([name, { value }]) => [name, value]));
  }

  private get resources(): readonly TerraformStateResource[] {
    const root = this.json.values?.root_module;
    return root === undefined ? [] : resourcesOf(root);
  }
}

function resourcesOf({ resources = [], child_modules = [] }: TerraformStateModule): TerraformStateResource[] {
  return [...resources, ...child_modules.flatMap(resourcesOf)];
}
