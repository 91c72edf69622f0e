/** Makes a folder of the repository from something else in it. */
export interface Generator {
  /** The folder that is its work, from the root of the repository. */
  readonly target: string;
  /** What lies in `target` and is the work of others, as paths from there. @default nothing */
  readonly leaves?: readonly string[];
  /** What of `target` is its work, as files from there. @default all of it */
  readonly makes?: readonly string[];
  /**
   * Writes the whole content anew; the same content at every run.
   *
   * @param root the repository
   * @param scratch an empty folder to work in
   * @returns the folder in `scratch` that `target` should equal
   */
  generate(root: string, scratch: string): Promise<string>;
}
