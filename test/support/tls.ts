/** A server over https for a name of its own, with a certificate that only who is handed it trusts. */
import { once } from 'node:events';
import type { RequestListener } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { generate } from 'selfsigned';

export interface TlsServer {
  readonly port: number;
  /** What a client must trust. */
  readonly ca: string;
  close(): Promise<void>;
}

export async function tlsServer(
  name: string,
  answer: RequestListener,
  address = '127.0.0.1',
): Promise<TlsServer> {
  const made = await generate([{ name: 'commonName', value: name }], {
    keySize: 2048,
    extensions: [
      { name: 'basicConstraints', cA: true },
      { name: 'subjectAltName', altNames: [{ type: 2, value: name }] },
    ],
  });
  const server = createServer({ key: made.private, cert: made.cert }, answer);
  server.listen(0, address);
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    ca: made.cert,
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
