/**
 * The address by which OpenTofu knows a provider that is not in its registry: a source without a host, such as
 * `test/memory`, means `registry.terraform.io/test/memory` to Terraform and `registry.opentofu.org/test/memory` to
 * OpenTofu. https://opentofu.org/docs/language/providers/requirements/#source-addresses
 */
export function openTofuAddress(address: string): string {
  return address.replace(/^registry\.terraform\.io\//, "registry.opentofu.org/");
}
