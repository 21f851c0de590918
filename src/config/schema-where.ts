/** From where the gateway may be called, and who in front of it is believed. */
import { z } from 'zod';
import { addressFault, proxyFault } from '../access/addresses.ts';

/** @param fault what is wrong with an entry, beginning with "must" */
function networks(fault: (entry: string) => string | undefined) {
  return z.array(
    z.string().check((context) => {
      const wrong = fault(context.value);
      if (wrong !== undefined) context.issues.push({ code: 'custom', message: wrong, input: context.value });
    }),
  );
}

export const trustedProxies = networks(proxyFault).default([]).meta({
  description:
    'Proxies in front of the gateway whose word is taken for the address of a client, and for how and under which name it called (`X-Forwarded-For`, `-Proto`, `-Host`, `Forwarded`): addresses, networks like "10.0.0.0/8", "loopback", "linklocal", "uniquelocal", or "unix" for a socket of the file system. By default nobody. Environment: TRUSTED_PROXIES.',
});

export const allowedAddresses = networks(addressFault)
  .min(1, { error: 'must hold an address; leave it out to let everybody call' })
  .optional()
  .meta({
    description:
      'Addresses and networks from which clients may call; anybody else is answered as one without a key. By default all. Environment: ALLOWED_ADDRESSES.',
  });

/** The same for a project. */
export const projectAddresses = allowedAddresses.meta({
  description:
    'Addresses and networks from which the project may be called; in place of those of the gateway, which are the default.',
});

const file = (description: string) =>
  z.string().min(1, { error: 'must name a file in PEM, like "cert.pem"' }).optional().meta({ description });

export const tls = z.strictObject({
  cert: file(
    'The file of the certificate, with the chain above it; seen from the folder of this file. Environment: TLS_CERT_FILE.',
  ),
  key: file('The file of its private key. Environment: TLS_KEY_FILE.'),
  passphrase: z.string().optional().meta({
    description: 'Opens the key, where it is encrypted; best as ${VAR}. Environment: TLS_KEY_PASSPHRASE.',
  }),
  ca: file('The file of the certificates that sign those of clients. Environment: TLS_CA_FILE.'),
  clientCertificates: z.enum(['none', 'optional', 'required']).optional().meta({
    description:
      'Whether clients must show a certificate that `ca` signed; by default they must where there is a `ca`. Environment: TLS_CLIENT_CERTIFICATES.',
  }),
});
