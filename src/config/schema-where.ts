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
