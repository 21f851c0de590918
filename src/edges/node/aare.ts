/** The built-in Aare server as an in-process upstream. */
import { createAareServer } from '../../aare/server.ts';
import type { UpstreamDriver } from '../../engine/ports.ts';
import type { Observer } from '../../engine/ports-observer.ts';
import { inprocess } from '../../upstreams/inprocess.ts';
import { createAareFetch } from './aare-fetch.ts';
import { nodeRuntime } from './runtime.ts';

/**
 * @param options `baseUrl`: another address of the API, for tests and mirrors
 * @throws TypeError when `baseUrl` is no URL
 */
export function aareDriver(
  options: Readonly<Record<string, unknown>>,
  version: string,
  observer: Observer,
): UpstreamDriver {
  const aare = createAareFetch();
  const baseUrl = typeof options.baseUrl === 'string' ? { baseUrl: options.baseUrl } : {};
  const create = createAareServer({
    fetchJson: aare.fetchJson,
    runtime: nodeRuntime,
    version,
    ...baseUrl,
    report: ({ key, reason }) => observer.serverLog?.({ server: 'aare', line: `${key}: ${reason}` }),
  });
  const driver = inprocess({ name: 'aare', create, observer });
  return {
    kind: driver.kind,
    open: (events, context) => driver.open(events, context),
    health: () => driver.health(),
    close: async () => {
      await driver.close();
      await aare.close();
    },
  };
}
