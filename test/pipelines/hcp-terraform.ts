import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { createSelfSignedCertificate } from "../../src/plugin/server/certificate";

/** As much of HCP Terraform's API as it takes to plan in a workspace remotely, and to read that plan. */
export interface HcpTerraform {
  /** `localhost:<port>`, as a configuration names it. */
  readonly hostname: string;
  /** What has to be trusted, in PEM. */
  readonly certificate: string;
  /** A run that is there already. */
  readonly runId: string;
  close(): void;
}

/**
 * Answers for the organization `acme` and its workspace `links`.
 *
 * @param planJson what each run has planned
 * @see https://developer.hashicorp.com/terraform/cloud-docs/api-docs/run
 */
export async function startHcpTerraform(planJson: Buffer): Promise<HcpTerraform> {
  const { certificatePem: cert, privateKeyPem: key } = createSelfSignedCertificate();
  const server = createServer({ cert, key }, (request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? "", `https://${hostname}`);
    const type = pathname.startsWith("/api/") ? "application/vnd.api+json" : "application/json";
    const found = answer(pathname, searchParams);
    request.resume().on("end", () => {
      response
        .writeHead(found === undefined ? 404 : 200, { "Content-Type": type, "TFP-API-Version": "2.6" })
        .end(typeof found === "string" || found instanceof Buffer ? found : JSON.stringify(found ?? { errors: [] }));
    });
  });
  server.listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const hostname = `localhost:${(server.address() as AddressInfo).port}`;

  const thing = (type: string, id: string, attributes: object = {}, relationships: object = {}) => {
    return { type, id, attributes, relationships };
  };
  const reference = (type: string, id: string) => ({ data: { type, id } });
  const workspace = thing("workspaces", "ws-links", {
    name: "links",
    operations: true,
    "execution-mode": "remote",
    "structured-run-output-enabled": true,
    "terraform-version": "1.11.4",
    permissions: { "can-queue-run": true, "can-queue-apply": true, "can-update": true },
  });
  const plan = thing("plans", "plan-1", {
    status: "finished",
    "has-changes": true,
    "log-read-url": `https://${hostname}/log`,
  });
  const run = {
    data: thing(
      "runs",
      "run-1",
      { status: "planned_and_saved", "has-changes": true, actions: {}, permissions: {} },
      { plan: reference("plans", "plan-1"), workspace: reference("workspaces", "ws-links") },
    ),
    included: [plan, workspace],
  };
  const uploaded = thing("configuration-versions", "cv-1", {
    status: "uploaded",
    "upload-url": `https://${hostname}/upload`,
  });

  function answer(path: string, query: URLSearchParams): unknown {
    switch (path) {
      case "/.well-known/terraform.json":
        return { "tfe.v2": "/api/v2/", "tfe.v2.1": "/api/v2/", "tfe.v2.2": "/api/v2/" };
      case "/api/v2/ping":
      case "/upload":
        return {};
      case "/api/v2/organizations/acme/entitlement-set":
        return { data: thing("entitlement-sets", "org-1", { operations: true, "state-storage": true }) };
      case "/api/v2/organizations/acme/workspaces/links":
      case "/api/v2/workspaces/ws-links":
        return { data: workspace };
      case "/api/v2/workspaces/ws-links/configuration-versions":
      case "/api/v2/configuration-versions/cv-1":
        return { data: uploaded };
      case "/api/v2/runs":
      case "/api/v2/runs/run-1":
        return run;
      case "/api/v2/runs/run-1/run-events":
        return { data: [] };
      case "/api/v2/plans/plan-1":
        return { data: plan };
      // A log is framed by start and end of text.
      case "/log":
        return query.get("offset") === "0" ? "\u0002planned\n\u0003" : "";
      // What everybody may read, from which Terraform prints the plan.
      case "/api/v2/plans/plan-1/json-output-redacted":
        return {
          plan_format_version: "1.2",
          provider_format_version: "1.0",
          provider_schemas: {},
          resource_changes: [],
        };
      case "/api/v2/plans/plan-1/json-output":
        return planJson;
      default:
        return undefined;
    }
  }

  return { hostname, certificate: cert, runId: "run-1", close: () => void server.close() };
}
