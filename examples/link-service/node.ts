/** The link service below a path of a Node server that does other things too. */
import { serve } from "@hono/node-server";
import { Hono } from "hono";
import { serviceFrom } from "./service";

// With OU_LINK_PUBLIC_URL=https://example.com/conferencing, the service answers below /conferencing and nowhere else.
const { service, webhook } = serviceFrom(process.env);
const app = new Hono();
app.get("/", (c) => c.text("The application itself."));
app.all(`${new URL(service.callbackUrl).pathname.replace(/\/callback$/, "")}/*`, (c) => service.fetch(c.req.raw));

const server = serve(
  { fetch: app.fetch, hostname: "127.0.0.1", port: Number(process.env["PORT"] ?? 8080) },
  ({ port }) => console.log(`listening on http://127.0.0.1:${port}`),
);

// Longer than balancers keep their connections: on one that is just being closed, a callback would get a 502.
if ("keepAliveTimeout" in server) server.keepAliveTimeout = 75_000;

for (const signal of ["SIGTERM", "SIGHUP"] as const) {
  // Not `once`: the lock of the folder ends a process in which nobody else listens for the signal.
  process.on(signal, () => {
    // A redemption under way is finished; then the webhook gets its last chance.
    server.close(() => void webhook?.close());
  });
}
