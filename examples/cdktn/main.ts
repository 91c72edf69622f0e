// Two links, declared with CDK Terrain (cdktn), the living successor of CDKTF: one for each way of an administrator.
import { App, TerraformStack, TerraformVariable } from "cdktn";
import {
  AuthorizeWith,
  ConferencingProvider,
  CronofyProvider,
  DataCenter,
  OrganizationalUnitLink,
} from "terraform-provider-cronofy/cdktn";

const app = new App();
const stack = new TerraformStack(app, "cdktn");

// The environment holds the rest: CRONOFY_CLIENT_ID, CRONOFY_CLIENT_SECRET, OU_LINK_STORE_FILE, OU_LINK_SERVICE_URL.
new CronofyProvider(stack, "cronofy", { dataCenter: DataCenter.US });

// With the link service: an invitation, which works until the link is made.
const acme = new OrganizationalUnitLink(stack, "acme", {
  serviceAccountId: "ser_64b17f9b8090ea21640c9151",
  conferencingProvider: ConferencingProvider.ZOOM_ENTERPRISE,
});
acme.outputInvitationUrl("invitation_url"); // sensitive: terraform output -raw invitation_url
acme.outputStatus("acme_status");

// Without it: a URL, which is minted when this is applied and works for minutes.
const globex = new OrganizationalUnitLink(stack, "globex", {
  serviceAccountId: "ser_5f1d7f3b2c9a8e0012ab34cd",
  authorizeWith: AuthorizeWith.URL,
  redirectUri: new TerraformVariable(stack, "redirect_uri", { type: "string" }).stringValue,
});
globex.outputAuthorizationUrl("authorization_url"); // sensitive: terraform output -raw authorization_url
globex.outputStatus("globex_status");

app.synth();
