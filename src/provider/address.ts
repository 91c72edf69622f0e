/** Where the provider is published: what a configuration's `source = "ou-link/cronofy"` stands for. */
export const PROVIDER_ADDRESS = "registry.terraform.io/ou-link/cronofy";
