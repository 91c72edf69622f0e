import { textProblem } from "../link";
import type { CronofyProviderLinkStore } from "./bindings/provider";
import { textProblems } from "./property-problems";

/**
 * Where links are kept between runs, outside of Terraform's state. The link service and the provider use the same one:
 * invitations need a folder or a database.
 */
export class LinkStore {
  /**
   * A folder with one record for each link, for use on one machine. The link service is given the same one.
   *
   * @param folder an absolute path, for a relative one starts at the folder in which Terraform runs
   */
  static file(folder: string): LinkStore {
    return new LinkStore({ file: folder });
  }

  /**
   * A PostgreSQL database, for use on several machines: one table, which is made when first needed.
   *
   * @param url `postgres://user:password@host:5432/database`, from a sensitive Terraform variable where it holds a
   *   password: a literal would stand in the synthesized configuration
   */
  static postgres(url: string): LinkStore {
    return new LinkStore({ postgres: url });
  }

  /**
   * A program that prints a fresh access token, for those whose own application keeps the tokens.
   *
   * @param command the program, then each of its arguments apart; no shell looks at it
   */
  static command(command: readonly [program: string, ...arguments_: string[]]): LinkStore {
    return new LinkStore({ command: isList(command) ? [...command] : [] });
  }

  private constructor(
    /** The provider's `link_store`. */
    readonly config: CronofyProviderLinkStore,
  ) {}

  /**
   * What is wrong with the store. A database's address is not repeated: it may hold a password.
   *
   * @internal
   */
  _problems(): string[] {
    return Object.entries(this.config).flatMap(([kind, value]: [string, unknown]) => {
      if (!isList(value)) return textProblems(kind, value ?? "", textProblem);
      const isRunnable = value.length > 0 && value.every((each) => typeof each === "string");
      if (!isRunnable) return [`${kind}: give a list of the program and each of its arguments apart, as texts.`];
      return textProblems(kind, value[0], textProblem);
    });
  }
}

function isList(value: unknown): value is readonly unknown[] {
  return Array.isArray(value);
}
