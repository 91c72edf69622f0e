/** What a program that is compiled as ours costs before it does anything: it says one line and waits to be ended. */
if (process.env["TF_PLUGIN_MAGIC_COOKIE"] === undefined) {
  // Whoever compiles it tries it by hand.
  console.error("This is the Terraform provider example.com/bench/empty.");
} else {
  console.log("1|6|unix|/nowhere|grpc|");
  setInterval(() => undefined, 60_000);
}
