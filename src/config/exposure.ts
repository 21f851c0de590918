/** Whether the gateway may listen where it is told to. */
import type { Config } from './types.ts';

/** Whether only programs on this machine can reach an address: `localhost`, `127.0.0.0/8`, `::1`. */
export function isLoopback(host: string): boolean {
  const plain = host.toLowerCase().replace(/^\[(.*)\]$/, '$1');
  if (plain === 'localhost' || plain === '::1' || plain === '0:0:0:0:0:0:0:1') return true;
  const v4 = plain.startsWith('::ffff:') ? plain.slice(7) : plain;
  return /^127\.\d{1,3}\.\d{1,3}\.\d{1,3}$/.test(v4) && v4.split('.').every((part) => Number(part) <= 255);
}

/** One sentence where keys travel in the clear as far as is known; undefined where they need not. */
export function clearTextWarning({
  host,
  port,
  tls,
  publicUrl,
}: Pick<Config, 'host' | 'port' | 'tls' | 'publicUrl'>): string | undefined {
  if (isLoopback(host) || tls || publicUrl?.startsWith('https:')) return undefined;
  return `What passes over ${host}:${port} can be read by others on the way, keys too: set tls (TLS_CERT_FILE and TLS_KEY_FILE), or put a proxy with TLS in front and set publicUrl to its https address.`;
}

/** Whether somebody has said that no key need be shown. */
export function isKeyOptional(config: Pick<Config, 'apiKeyRequired'> & Partial<Config>): boolean {
  return !config.apiKeyRequired && config.sources?.has('apiKeyRequired') === true;
}

/**
 * One sentence that says why the gateway must not start so, and what to do; undefined when it may.
 * @param hasKept whether a key that is good was added with `sluice keys`
 */
export function exposureFault(
  config: Pick<Config, 'host' | 'apiKeys' | 'apiKeyRequired' | 'servers' | 'projects'> & Partial<Config>,
  hasKept = false,
): string | undefined {
  const hasOwn = config.apiKeys.length > 0 || config.oauth !== undefined || hasOnlyClosedProjects(config);
  const hasKeys = hasKept || hasOwn;
  if (isLoopback(config.host)) {
    if (!config.apiKeyRequired || hasKeys) return undefined;
    return 'A key is required, but there is none; run sluice keys add <name>, set API_KEYS=<key>, or add --api-key auto to have one made.';
  }
  const wide = `The address ${config.host} can be reached from other machines`;
  if (!hasKeys) {
    return `${wide}, so a key is needed: run sluice keys add <name>, set API_KEYS=<key>, add --api-key auto to have one made, or listen on 127.0.0.1.`;
  }
  const isOptional = config.apiKeys.length > 0 ? !config.apiKeyRequired : hasKept && isKeyOptional(config);
  if (isOptional && !config.oauth) {
    return `${wide}, so keys cannot be optional: remove apiKeyRequired: false (API_KEY_REQUIRED), or listen on 127.0.0.1.`;
  }
  return undefined;
}

/** Whether all there is stands behind keys of projects. */
function hasOnlyClosedProjects({ servers, projects }: Pick<Config, 'servers' | 'projects'>): boolean {
  return servers.length === 0 && projects.length > 0 && projects.every(({ apiKeys }) => apiKeys);
}
