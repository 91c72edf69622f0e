import { expectTests } from "./held-elsewhere";

describe("faults of other providers without Go: launch and TLS", () => {
  it("a client without the right certificate is refused, the one with it accepted", () => {
    expectTests(
      "plugin/server/tls.test.ts",
      "is accepted from the holder of Terraform's certificate",
      "is refused to a client without a certificate",
      "is refused to a client with another certificate",
      "is refused to a client in plain text",
    );
    expectTests(
      "plugin/server/under-terraform.test.ts",
      "agree on each other's certificate, part without a complaint and leave nothing",
    );
  });

  it("a private key is never on the disk, and no two starts share one", () => {
    expectTests("plugin/server/tls.test.ts", "leaves no key on the disk, and has another one for each process");
  });

  it("without a certificate from Terraform it is served in plain text, and a debug run can be attached to", () => {
    expectTests("plugin/server/tls.test.ts", "is in plain text when Terraform sends no certificate");
    expectTests(
      "plugin/server/launch.test.ts",
      "prints what attaches Terraform to a debug run, which serves in plain text until Ctrl-C",
    );
  });

  it("the certificate in the handshake has no padding, whatever its length", () => {
    expectTests("plugin/server/certificate.test.ts", "stands in the handshake without padding, whatever its length");
  });

  it("the certificate is valid at once in every time zone", () => {
    expectTests("plugin/server/tls.test.ts", "is accepted at once in the earliest time zone");
  });

  it("protocol versions may be offered in any order, with junk, without ours or not at all", () => {
    expectTests(
      "plugin/server/launch.test.ts",
      "answers protocol 6 to an offer of %p",
      "logs that Terraform does not offer protocol 6",
    );
  });

  it("the socket is where the host wants it, and too long a path is refused in a sentence", () => {
    expectTests(
      "plugin/server/launch.test.ts",
      "puts the socket into the folder that the host names",
      "gives the socket to the group that the host names",
      "tells Terraform in one line about %s",
    );
  });

  it("a port is open on 127.0.0.1 alone", () => {
    expectTests(
      "plugin/server/launch.test.ts",
      "listens on the first free loopback port of the range where there are no unix sockets",
      "is reached through no other address of the machine where there are no unix sockets",
    );
  });

  it("stdout has nothing but the handshake, whatever is warned of or deprecated", () => {
    expectTests("plugin/server/launch.test.ts", "writes one line to stdout, whatever else is printed or warned of");
  });

  it("the packed provider unpacks and writes nothing at its start; bench/peers/starts.ts holds the time that it takes", () => {
    expectTests("plugin/server/launch.test.ts", "makes nothing but its socket when it starts");
    expectTests("plugin/server/tls.test.ts", "leaves no key on the disk, and has another one for each process");
  });

  it("no provider outlives what started it", () => {
    expectTests(
      "plugin/server/stop.test.ts",
      "comes within about two seconds of the end of the process that started it",
    );
    expectTests(
      "plugin/server/rounds.test.ts",
      "leaves no process, socket or folder after the parents of ten providers were killed",
    );
  });
});
