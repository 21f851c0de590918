/** A server over TLS, for https and wss. Loaded only where there is one. */
import type { ServerOptions } from 'node:http';
import { createServer } from 'node:https';
import type { Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';
import type { Made, NodeHandler } from './http.ts';
import type { TlsFiles } from './tls.ts';
import type { TlsIdentity } from './tls-identity.ts';

/** @param handshakeMs how long a handshake may take */
export function createSecureServer(
  rules: ServerOptions,
  identity: TlsIdentity,
  handshakeMs: number,
  handler: NodeHandler,
): Made {
  const asks = askedOf(identity.files);
  const server = createServer(
    {
      ...rules,
      ...identity.material.context,
      handshakeTimeout: handshakeMs,
      requestCert: asks !== 'none',
      rejectUnauthorized: asks === 'required',
    },
    handler,
  );
  if (asks === 'optional') server.prependListener('secureConnection', refuseForeign);
  // A server over TLS knows only those sockets whose handshake is done.
  const raw = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    raw.add(socket);
    socket.once('close', () => raw.delete(socket));
  });
  return {
    server,
    cut: () => {
      for (const socket of raw) socket.destroy();
    },
    renew: async () => {
      const material = await identity.read();
      if (material) server.setSecureContext(material.context);
      return material?.warnings ?? [];
    },
  };
}

function askedOf({ ca, clientCertificates }: TlsFiles): 'none' | 'optional' | 'required' {
  return clientCertificates ?? (ca === undefined ? 'none' : 'required');
}

/** Cuts off who shows a certificate that nobody we trust has signed; who shows none was let in on purpose. */
function refuseForeign(socket: TLSSocket): void {
  if (!socket.authorized && socket.getPeerX509Certificate() !== undefined) socket.destroy();
}
