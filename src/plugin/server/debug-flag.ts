/** Whether a developer starts the provider by hand to attach Terraform to it. Go's providers spell it `-debug`. */
export function isDebug(argv: readonly string[]): boolean {
  return argv.includes("--debug") || argv.includes("-debug");
}
