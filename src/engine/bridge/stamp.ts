/**
 * What a legacy client said of itself once, in `initialize` and `logging/setLevel`, as every modern request says it.
 *
 * Source: MCP 2026-07-28, base protocol, `_meta`; MCP 2025-11-25, lifecycle.
 */
import { META_KEYS, MODERN_VERSION } from '../../protocol/era.ts';
import { isLegacyVersion, LATEST_LEGACY, type LegacyVersion } from '../../protocol/methods.ts';

/** Asked of a client by way of its capabilities alone. */
export type Question = 'elicitation/create' | 'sampling/createMessage' | 'roots/list';

type Json = Readonly<Record<string, unknown>>;

export class Stamp {
  /** The revision that is spoken with the client. */
  readonly version: LegacyVersion;
  readonly #capabilities: Json;
  readonly #info: Json | undefined;
  #level: string | undefined;
  #text = '';

  /** @param hello the params of `initialize`, parsed from JSON */
  constructor(hello: unknown) {
    const { protocolVersion, capabilities, clientInfo } = asObject(hello);
    const isKnown = typeof protocolVersion === 'string' && isLegacyVersion(protocolVersion);
    this.version = isKnown ? protocolVersion : LATEST_LEGACY;
    // Tasks of 2025-11-25 are another thing than the extension of that name.
    const { tasks: _tasks, ...rest } = asObject(capabilities);
    this.#capabilities = isObject(rest['roots']) ? { ...rest, roots: {} } : rest;
    this.#info = isImplementation(clientInfo) ? clientInfo : undefined;
  }

  /** The least severe level of log lines that the client wants. */
  set level(level: string | undefined) {
    this.#level = level;
    this.#text = '';
  }

  get level(): string | undefined {
    return this.#level;
  }

  /** Members of `_meta`, as JSON text without braces. */
  get text(): string {
    this.#text ||= JSON.stringify({
      [META_KEYS.version]: MODERN_VERSION,
      [META_KEYS.info]: this.#info,
      [META_KEYS.capabilities]: this.#capabilities,
      [META_KEYS.logLevel]: this.#level,
    }).slice(1, -1);
    return this.#text;
  }

  /** The capabilities that a question needs and the client did not declare; undefined where it may be asked. */
  missing(method: Question, params: Json): Json | undefined {
    const { elicitation, sampling, roots } = this.#capabilities;
    switch (method) {
      case 'elicitation/create': {
        const mode = params['mode'] === 'url' ? 'url' : 'form';
        return canElicit(elicitation, mode) ? undefined : { elicitation: { [mode]: {} } };
      }
      case 'sampling/createMessage': {
        if (!isObject(sampling)) return { sampling: {} };
        const usesTools = params['tools'] !== undefined || params['toolChoice'] !== undefined;
        return usesTools && !isObject(sampling['tools']) ? { sampling: { tools: {} } } : undefined;
      }
      case 'roots/list':
        return isObject(roots) ? undefined : { roots: {} };
    }
  }
}

/** Who names no mode means forms (MCP 2025-11-25, elicitation). */
function canElicit(declared: unknown, mode: 'form' | 'url'): boolean {
  if (!isObject(declared)) return false;
  return isObject(declared[mode]) || (mode === 'form' && !isObject(declared['url']));
}

function isImplementation(value: unknown): value is Json {
  return isObject(value) && typeof value['name'] === 'string' && typeof value['version'] === 'string';
}

export function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** What is no object counts as an empty one. */
export function asObject(value: unknown): Json {
  return isObject(value) ? value : {};
}
