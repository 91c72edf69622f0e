import type { IResolvable } from "cdktf";
import type { IConstruct } from "constructs";

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
