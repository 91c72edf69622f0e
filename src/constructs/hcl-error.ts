import type { IConstruct } from "constructs";

/** Something that the CDK writes wrongly in HCL, or leaves out of it, is to be synthesized so. */
export class HclError extends Error {
  /** @param what of a link cannot be written, in the plural */
  constructor({ node }: IConstruct, what: string) {
    super(
      `${node.path.replace(/\/Default$/, "")}: the CDK cannot write ${what} as HCL. Synthesize JSON, which Terraform reads as ` +
        "well: leave out --hcl, or SYNTH_HCL_OUTPUT.",
    );
    this.name = "HclError";
  }
}
