import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, realpathSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { once } from "node:events";
import { tmpdir } from "node:os";
import path from "node:path";
import { linkSubject } from "../subject";
import type { Subject } from "../subject";

/** Links that Terraform knows nothing about: as many objects, for which it starts no provider. */
export const TERRAFORM_DATA: Subject = {
  name: "terraform_data",
  configuration: (count) => dataConfiguration(count, ""),
};

/** A link token that curl mints once, when the object is made. */
export const CURL: Subject = {
  name: "curl",
  configuration: (count) =>
    dataConfiguration(
      count,
      `
  provisioner "local-exec" {
    command = <<-EOT
      curl --silent --show-error --fail -H "Authorization: Bearer $CRONOFY_CLIENT_SECRET" --json '{"service_account_id":"\${self.input.service_account_id}"}' -o '\${self.input.service_account_id}.json' "$CRONOFY_API_URL/v1/organizational_unit_authorization_link_tokens"
    EOT
  }`,
    ),
};

/** What is built for a run, and goes with it. */
export interface BuiltPeers {
  /** The minimal provider in Go. */
  readonly go: Subject;
  /** A program in Go that does nothing. */
  readonly emptyGo: string;
  /** Providers for any REST API, where the environment says where they are. */
  readonly rest: readonly Subject[];
  remove(): void;
}

/** @throws Error where there is no Go */
export async function buildPeers(): Promise<BuiltPeers> {
  if (spawnSync("go", ["version"], { stdio: "ignore" }).status !== 0) {
    throw new Error("There is no go on PATH, which builds the provider to compare with.");
  }
  const folder = realpathSync(mkdtempSync(path.join(tmpdir(), "bench-go-")));
  const build = (what: string, name: string) => {
    const executable = path.join(folder, name);
    const args = ["build", "-trimpath", "-ldflags=-s -w", "-o", executable, what];
    execFileSync("go", args, { cwd: path.join(__dirname, "go"), stdio: ["ignore", "ignore", "inherit"] });
    return executable;
  };
  const go = linkSubject("go", build(".", "terraform-provider-cronofy"));
  const emptyGo = build("./empty", "empty");
  const { RESTAPI_EXECUTABLE: restapiExecutable, RESTFUL_EXECUTABLE: restfulExecutable } = process.env;
  const service = await objectService();
  const url = `http://127.0.0.1:${(service.address() as AddressInfo).port}`;
  return {
    go,
    emptyGo,
    rest: [
      ...(restapiExecutable === undefined ? [] : [restapi(restapiExecutable, url)]),
      ...(restfulExecutable === undefined ? [] : [restful(restfulExecutable, url)]),
    ],
    remove() {
      service.close();
      service.closeAllConnections();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function restapi(executable: string, url: string): Subject {
  return {
    name: "restapi",
    provider: { source: "mastercard/restapi", executable },
    configuration: (count) => `
terraform {
  required_providers {
    restapi = {
      source = "mastercard/restapi"
    }
  }
}

provider "restapi" {
  uri           = "${url}"
  create_method = "PUT"
}

resource "restapi_object" "customer" {
  count       = ${count}
  path        = "/objects"
  create_path = "/objects/{id}"
  data        = jsonencode({ id = "ser_\${count.index}", redirect_uri = "https://links.example.com/callback" })
}
`,
  };
}

function restful(executable: string, url: string): Subject {
  return {
    name: "restful",
    provider: { source: "magodo/restful", executable },
    configuration: (count) => `
terraform {
  required_providers {
    restful = {
      source = "magodo/restful"
    }
  }
}

provider "restful" {
  base_url = "${url}"
}

resource "restful_resource" "customer" {
  count         = ${count}
  path          = "/objects/ser_\${count.index}"
  create_method = "PUT"
  body          = { id = "ser_\${count.index}", redirect_uri = "https://links.example.com/callback" }
}
`,
  };
}

/** What providers for any REST API are given to keep, for nothing of Cronofy's can be read back by its id. */
async function objectService(): Promise<Server> {
  const objects = new Map<string, string>();
  const server = createServer((request, response) => {
    const { url = "", method } = request;
    let body = "";
    request.setEncoding("utf8").on("data", (chunk: string) => (body += chunk));
    request.on("end", () => {
      if (method === "PUT") objects.set(url, body);
      const found = objects.get(url);
      if (method === "DELETE") objects.delete(url);
      response.writeHead(found === undefined ? 404 : 200, { "Content-Type": "application/json" }).end(found ?? "{}");
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return server;
}

function dataConfiguration(count: number, more: string): string {
  return `
resource "terraform_data" "customer" {
  count = ${count}
  input = {
    service_account_id = "ser_\${count.index}"
    redirect_uri       = "https://links.example.com/callback"
  }${more}
}
`;
}
