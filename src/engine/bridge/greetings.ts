/**
 * What a legacy server said to `initialize`, and what a modern client is told of it.
 *
 * Source: MCP 2026-07-28, discovery.
 */
import { ALL_VERSIONS, META_KEYS } from '../../protocol/era.ts';
import { objectOf, parsed } from './canonical.ts';

export interface Greeting {
  readonly capabilities: Readonly<Record<string, unknown>>;
  /** Name and version as JSON text; empty where the server did not say. */
  readonly info: string;
  /** All that it said of itself. */
  readonly serverInfo: unknown;
  readonly instructions: string | undefined;
}

/** @param json the result of `initialize` */
export function greetingIn(json: Uint8Array): Greeting {
  const { capabilities, serverInfo, instructions } = parsed(json);
  const { name, version } = objectOf(serverInfo);
  const isNamed = typeof name === 'string' && typeof version === 'string';
  return {
    capabilities: objectOf(capabilities),
    info: isNamed ? JSON.stringify({ name, version }) : '',
    serverInfo: isNamed ? serverInfo : undefined,
    instructions: typeof instructions === 'string' ? instructions : undefined,
  };
}

/** The result of `server/discover` as JSON text. */
export function discovered({ capabilities, serverInfo, instructions }: Greeting): string {
  // Tasks became an extension with other words.
  const { tasks: _, ...known } = capabilities;
  return JSON.stringify({
    resultType: 'complete',
    supportedVersions: ALL_VERSIONS,
    capabilities: known,
    ...(instructions === undefined ? {} : { instructions }),
    ttlMs: 0,
    cacheScope: 'private',
    ...(serverInfo === undefined ? {} : { _meta: { [META_KEYS.server]: serverInfo } }),
  });
}
