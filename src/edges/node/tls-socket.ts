/** What is asked of a socket that may be one of TLS, without loading anything for it. */
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { TLSSocket } from 'node:tls';

function isSecure(socket: Duplex): socket is TLSSocket {
  return 'encrypted' in socket;
}

/** Whether its peer has not finished its handshake: nothing can be said to it. */
export function isUnshaken(socket: Duplex): boolean {
  return isSecure(socket) && socket.alpnProtocol === null;
}

const known = new WeakMap<Duplex, string>();

/** The SHA-256 of the certificate that the peer proved to have, in lower-case hex; undefined where it showed none. */
export function peerCertificate(socket: Socket): string | undefined {
  if (!isSecure(socket) || !socket.authorized) return undefined;
  let print = known.get(socket);
  if (print === undefined) {
    print = socket.getPeerX509Certificate()?.fingerprint256.replaceAll(':', '').toLowerCase() ?? '';
    known.set(socket, print);
  }
  return print === '' ? undefined : print;
}
