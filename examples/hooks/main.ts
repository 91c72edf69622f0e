// Posts a message to a chat whenever an administrator has to authorize, and another once the link is made.
import { App, TerraformStack, TerraformVariable } from "cdktf";
import {
  AuthorizeWith,
  CronofyProvider,
  HookFailure,
  LinkHook,
  OrganizationalUnitLink,
} from "terraform-provider-cronofy";

const app = new App();
const stack = new TerraformStack(app, "hooks");
new CronofyProvider(stack, "cronofy");

// The script learns of the link from its environment. A chat that is down must not fail the apply.
const message = LinkHook.node("./post-message.mjs", { onFailure: HookFailure.CONTINUE });
const hooks = { onAuthorizationRequired: message, onLinked: message, onUnlinked: message };

// With the link service: one message with the invitation, however often this is applied until the administrator comes.
new OrganizationalUnitLink(stack, "acme", { serviceAccountId: "ser_64b17f9b8090ea21640c9151", ...hooks });

// Without it: a message for each URL, since the one before has lapsed.
new OrganizationalUnitLink(stack, "globex", {
  serviceAccountId: "ser_5f1d7f3b2c9a8e0012ab34cd",
  authorizeWith: AuthorizeWith.URL,
  redirectUri: new TerraformVariable(stack, "redirect_uri", { type: "string" }).stringValue,
  ...hooks,
});

app.synth();
