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

process.once("SIGTERM", () => {
  // A redemption under way is finished; then the webhook gets its last chance.
  server.close(() => void webhook?.close());
});
