// Posts a message to a chat whenever an administrator has to authorize, and another once the link is made.
import { App, TerraformStack, TerraformVariable } from "cdktf";
import { CronofyProvider, HookFailure, LinkHook, OrganizationalUnitLink } from "terraform-provider-cronofy";

const app = new App();
const stack = new TerraformStack(app, "hooks");
new CronofyProvider(stack, "cronofy");

// The script learns of the link from its environment. A chat that is down must not fail the apply.
const message = LinkHook.node("./post-message.mjs", { onFailure: HookFailure.CONTINUE });

new OrganizationalUnitLink(stack, "acme", {
  serviceAccountId: "ser_64b17f9b8090ea21640c9151",
  redirectUri: new TerraformVariable(stack, "redirect_uri", { type: "string" }).stringValue,
  onAuthorizationRequired: message,
  onLinked: message,
  onUnlinked: message,
});

app.synth();
