/**
 * How a merge introduces itself: at once, before any of its servers is started, so it offers all that any of them may.
 *
 * Source: MCP 2024-11-05 … 2025-11-25, lifecycle.
 */
import { isLegacyVersion, LATEST_LEGACY } from '../../protocol/methods.ts';
import { SLUICE_VERSION } from '../../protocol/version.ts';

export interface Greeting {
  /** What the merge calls itself. */
  readonly name: string;
  /** The version the client asked for. */
  readonly version: string;
  /** Whether log lines can come at all. */
  readonly hasLogs: boolean;
  /** What servers say of their use, by their names, as far as they said it before. */
  readonly instructions: readonly (readonly [server: string, text: string])[];
}

/** All the instructions together: a model reads them with every session. */
const MAX_INSTRUCTIONS = 32 * 1024;

/** The version that is spoken with a client that asked for one. */
export function versionFor(requested: string): string {
  return isLegacyVersion(requested) ? requested : LATEST_LEGACY;
}

/** The result of `initialize` as JSON text. */
export function greetingOf({ name, version, hasLogs, instructions }: Greeting): string {
  const text = joinedInstructions(instructions);
  return JSON.stringify({
    protocolVersion: versionFor(version),
    capabilities: {
      tools: { listChanged: true },
      resources: { subscribe: true, listChanged: true },
      prompts: { listChanged: true },
      completions: {},
      ...(hasLogs ? { logging: {} } : {}),
    },
    serverInfo: { name, version: SLUICE_VERSION },
    ...(text === '' ? {} : { instructions: text }),
  });
}

function joinedInstructions(parts: Greeting['instructions']): string {
  let text = '';
  for (const [server, words] of parts) {
    const part = `${text === '' ? '' : '\n\n'}# ${server}\n\n${words}`;
    if (text.length + part.length <= MAX_INSTRUCTIONS) text += part;
  }
  return text;
}
