import { readFileSync } from "node:fs";
import tls from "node:tls";

/**
 * Has every TLS connection of this process that names no authorities trust those of a file too, as OpenSSL and the
 * provider's executable do with `SSL_CERT_FILE`. Node by itself knows `NODE_EXTRA_CA_CERTS` alone.
 *
 * @throws where the file cannot be read.
 */
export function trustAuthorities(file: string): void {
  const authorities = readFileSync(file, "utf8");
  const create = tls.createSecureContext;
  // Node 20 has no other way to add to what it trusts.
  tls.createSecureContext = (options) => {
    const context = create(options);
    if (options?.ca === undefined) (context.context as NativeContext).addCACert(authorities);
    return context;
  };
}

interface NativeContext {
  addCACert(pem: string): void;
}
