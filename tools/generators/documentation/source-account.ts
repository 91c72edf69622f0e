import { EXAMPLES, PROSE } from "./sources";
import type { Sources } from "./sources";

/** Hands sources out to pages, and keeps account of what is missing and of what no page asked for. */
export class SourceAccount {
  readonly #missing = new Set<string>();
  readonly #wanted = new Set<string>();

  constructor(private readonly sources: Sources) {}

  /** The text of an example, such as `provider/provider.tf`: every page must have its own. */
  example(file: string): string {
    const text = this.sources.examples.get(file) ?? "";
    if (text.trim() === "") this.#missing.add(file);
    return text;
  }

  /** The hand-written sections of a page, or nothing. */
  prose(page: string): string {
    this.#wanted.add(page);
    return this.sources.prose.get(page) ?? "";
  }

  /** One sentence for each file that must be written, moved or removed. */
  problems(): string[] {
    const ownerless = [...this.sources.prose.keys()].filter((page) => !this.#wanted.has(page));
    return [
      ...[...this.#missing].sort().map((file) => `${EXAMPLES}/${file} is missing or empty: a page has to show it.`),
      ...ownerless.sort().map((page) => `${PROSE}/${page} belongs to no page: the provider has no such part.`),
    ];
  }
}
