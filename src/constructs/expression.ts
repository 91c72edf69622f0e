import { Token } from "cdktf";
import type { IResolvable, IResolveContext } from "cdktf";
import type { IConstruct } from "constructs";

/**
 * A Terraform expression that is put together when the stack is synthesized, since addresses may change until then. It
 * takes no stack trace, unlike cdktf's own expressions, which spend a quarter of a large synthesis on them.
 */
export class Expression implements IResolvable {
  readonly creationStack: string[] = [];

  /** @param produce gives the expression, without `${` and `}` around it; it refers to elements of one stack only */
  constructor(private readonly produce: () => string) {}

  resolve(context: IResolveContext): string {
    return context.suppressBraces ? this.produce() : `\${${this.produce()}}`;
  }

  toString(): string {
    return Token.asString(this);
  }

  toJSON(): string {
    return "<unresolved-token>";
  }
}

/** A text in Terraform's language. */
export function quoted(text: string): string {
  return literalText(JSON.stringify(text));
}

/** A literal text for a place where Terraform looks for `${…}` and `%{…}`, such as a shell's own variables. Tokens stay. */
export function literalText(text: string): string {
  return String(text)
    .replace(/\$\{(?!TfToken\[)/g, "$$$${")
    .replace(/%\{/g, "%%{");
}

/** The stack is synthesized as HCL, and has something that the CDK writes wrongly there or leaves out. */
export class HclError extends Error {
  /** @param what cannot be written, in the plural */
  constructor({ node }: IConstruct, what: string) {
    super(
      `${node.path.replace(/\/Default$/, "")}: the CDK cannot write ${what} as HCL. Synthesize JSON, which Terraform reads as ` +
        "well: leave out --hcl, or SYNTH_HCL_OUTPUT.",
    );
    this.name = "HclError";
  }
}
