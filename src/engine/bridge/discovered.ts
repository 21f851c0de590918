/**
 * What `server/discover` was answered with, told as the answer to `initialize`.
 *
 * Source: MCP 2026-07-28, discovery; MCP 2025-11-25, lifecycle.
 */
import { META_KEYS, MODERN_VERSION } from '../../protocol/era.ts';
import type { LegacyVersion } from '../../protocol/methods.ts';
import { asObject, isObject } from './stamp.ts';

/** What of the server's capabilities the gateway itself must know. */
export interface Offered {
  readonly tools: boolean;
  readonly prompts: boolean;
  readonly resources: boolean;
  readonly subscribe: boolean;
}

export interface Discovered {
  /** The result of `initialize`, as JSON text. */
  readonly handshake: string;
  /** Which changes of lists it tells of, and whether of resources. */
  readonly offered: Offered;
}

/** Undefined when it is no answer to `server/discover`, or the server does not speak 2026-07-28. */
export function readDiscovered(text: string, name: string, version: LegacyVersion): Discovered | undefined {
  const result = parse(text);
  if (!Array.isArray(result['supportedVersions'])) return undefined;
  if (!result['supportedVersions'].includes(MODERN_VERSION)) return undefined;
  // Tasks were a capability once; as an extension they are another thing.
  const { tasks: _tasks, ...said } = asObject(result['capabilities']);
  // Clients refuse the whole of what has one that is no object.
  const capabilities = Object.fromEntries(Object.entries(said).filter(([, value]) => isObject(value)));
  const { tools, prompts, resources } = capabilities;
  const info = asObject(asObject(result['_meta'])[META_KEYS.server] ?? result['serverInfo']);
  const serverInfo = { ...info, name: textOr(info['name'], name), version: textOr(info['version'], '') };
  const { instructions } = result;
  const advice = typeof instructions === 'string' ? { instructions } : {};
  return {
    handshake: JSON.stringify({ protocolVersion: version, capabilities, serverInfo, ...advice }),
    offered: {
      tools: asObject(tools)['listChanged'] === true,
      prompts: asObject(prompts)['listChanged'] === true,
      resources: asObject(resources)['listChanged'] === true,
      subscribe: asObject(resources)['subscribe'] === true,
    },
  };
}

function textOr(value: unknown, other: string): string {
  return typeof value === 'string' ? value : other;
}

/** What is broken within counts as empty. */
function parse(text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : {};
  } catch {
    return {};
  }
}
