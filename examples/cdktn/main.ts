// The quick start's link, declared with CDK Terrain (cdktn), the living successor of CDKTF.
import { App, TerraformStack, TerraformVariable } from "cdktn";
import {
  ConferencingProvider,
  CronofyProvider,
  DataCenter,
  OrganizationalUnitLink,
} from "terraform-provider-cronofy/cdktn";

const app = new App();
const stack = new TerraformStack(app, "cdktn");

// The environment holds the rest: CRONOFY_CLIENT_ID, CRONOFY_CLIENT_SECRET, OU_LINK_STORE_FILE.
new CronofyProvider(stack, "cronofy", { dataCenter: DataCenter.US });

const acme = new OrganizationalUnitLink(stack, "acme", {
  serviceAccountId: "ser_64b17f9b8090ea21640c9151",
  redirectUri: new TerraformVariable(stack, "redirect_uri", { type: "string" }).stringValue,
  conferencingProvider: ConferencingProvider.ZOOM_ENTERPRISE,
});

acme.outputAuthorizationUrl("authorization_url"); // sensitive: terraform output -raw authorization_url
acme.outputStatus("status");

app.synth();
