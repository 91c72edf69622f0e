/** The link service as an AWS Lambda function behind a function URL or an HTTP API. */
import { Hono } from "hono";
import { handle } from "hono/aws-lambda";
import { serviceFrom } from "./service";

const { service, webhook } = serviceFrom(process.env);
const app = new Hono();
app.all("*", async (c) => {
  const response = await service.fetch(c.req.raw);
  // Lambda freezes the process once it has the answer, so what goes on in the background must be over by then.
  await webhook?.settled();
  return response;
});

export const handler = handle(app);
