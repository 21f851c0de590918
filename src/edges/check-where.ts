/** Whether what the library was given of networks can be used. */
import { addressFault, proxyFault } from '../access/addresses.ts';

/** @throws TypeError with one sentence that says what to do */
export function checkProxies(proxies: unknown): void {
  if (proxies !== undefined) checkEach('`trustedProxies`', proxies, proxyFault);
}

/** @param of whose, behind the name of the option */
export function checkAddresses(addresses: unknown, of = ''): void {
  if (addresses === undefined) return;
  const what = `\`allowedAddresses\`${of}`;
  checkEach(what, addresses, addressFault);
  if (addresses.length > 0) return;
  throw new TypeError(`${what} must hold an address; leave it out to let everybody call.`);
}

function checkEach(
  what: string,
  list: unknown,
  fault: (entry: string) => string | undefined,
): asserts list is readonly unknown[] {
  if (!Array.isArray(list)) throw new TypeError(`${what} must be a list of networks, like ["10.0.0.0/8"].`);
  for (const entry of list as unknown[]) {
    const wrong = typeof entry === 'string' ? fault(entry) : 'must be a text';
    if (wrong !== undefined) throw new TypeError(`${what} has ${JSON.stringify(entry)}, which ${wrong}.`);
  }
}
