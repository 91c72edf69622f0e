import { Op } from "cdktf";
import type { IResolvable, TerraformProvider } from "cdktf";
import { Construct } from "constructs";
import type { IConstruct } from "constructs";
import { DataCronofyOrganizationalUnit } from "./bindings/data-cronofy-organizational-unit";
import { providerProblems, serviceAccountProblems } from "./link-problems";
import { present } from "./props";
import { nameInTerraform, repetitionProblems } from "./stack-problems";

/** A link of an Organizational Unit, declared in this stack or elsewhere. All values are tokens: Terraform fills them in. */
export interface IOrganizationalUnitLink extends IConstruct {
  /** `<data center>/<service account>`. */
  readonly linkId: string;

  /** `pending`, `stale`, `linked`, `unlinked` or `unknown`. Of a link that is declared elsewhere, the last three. */
  readonly status: string;

  /** Whether the link works. */
  readonly linked: IResolvable;

  /** Whether an administrator is awaited, or has to be. */
  readonly authorizationRequired: IResolvable;
}

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
  /** The type of its data source, by which `Testing.toHaveDataSource` and its like find it. */
  static readonly tfResourceType = DataCronofyOrganizationalUnit.tfResourceType;

  /** The generated data source. */
  readonly dataSource: DataCronofyOrganizationalUnit;

  constructor(scope: Construct, id: string, serviceAccountId: string, options: ExistingLinkOptions = {}) {
    super(scope, id);
    this.dataSource = new DataCronofyOrganizationalUnit(this, "Default", { serviceAccountId, ...present(options) });
    nameInTerraform(this.dataSource);
    this.node.addValidation({
      validate: () => [
        ...serviceAccountProblems(serviceAccountId),
        ...providerProblems(options?.provider),
        ...repetitionProblems("dataSource", this.dataSource),
      ],
    });
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
    return Op.eq(this.status, "unlinked");
  }
}
