import type { IResolvable, TerraformProvider } from "cdktf";
import { Construct } from "constructs";
import { DataCronofyOrganizationalUnit } from "./bindings/data-cronofy-organizational-unit";
import { Expression } from "./expression";
import { serviceAccountProblem } from "./link-problems";
import type { IOrganizationalUnitLink } from "./organizational-unit-link-interface";

/** How a link that is declared elsewhere is looked up. */
export interface ExistingLinkOptions {
  /**
   * The provider, where a stack has several.
   *
   * @default - the one without an alias
   */
  readonly provider?: TerraformProvider;
}

/** A link that is declared elsewhere, or not in Terraform at all, as its data source sees it. */
export class ExistingOrganizationalUnitLink extends Construct implements IOrganizationalUnitLink {
  /** The generated data source. */
  readonly dataSource: DataCronofyOrganizationalUnit;

  constructor(scope: Construct, id: string, serviceAccountId: string, options: ExistingLinkOptions = {}) {
    super(scope, id);
    this.dataSource = new DataCronofyOrganizationalUnit(this, "Default", { serviceAccountId, ...options });
    this.node.addValidation({ validate: () => serviceAccountProblem("serviceAccountId", serviceAccountId) });
  }

  get linkId(): string {
    return this.dataSource.id;
  }

  get status(): string {
    return this.dataSource.status;
  }

  get linked(): IResolvable {
    return this.dataSource.linked;
  }

  get authorizationRequired(): IResolvable {
    const { dataSource } = this;
    return new Expression(() => `data.cronofy_organizational_unit.${dataSource.friendlyUniqueId}.status == "unlinked"`);
  }
}
