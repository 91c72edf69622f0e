/** Where the provider is published: what a configuration's `source = "ou-link/cronofy"` stands for. */
export const PROVIDER_ADDRESS = "registry.terraform.io/ou-link/cronofy";

/** The release that this source is of; the same as in package.json, which a test holds it to. */
export const VERSION = "0.1.0";
