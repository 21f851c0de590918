/** The clients of both eras: those of the matrix, and the newest in its modern ways. */
import type { LegacyVersion } from '../../../src/protocol/methods.ts';
import { CLIENTS, type Leg, type MatrixClient } from '../clients.ts';
import type { Ears, Params, Sdk } from '../peer.ts';
import { V2Sdk } from '../peer-v2.ts';

export interface EraClient {
  readonly name: string;
  /** How it tells the era. */
  readonly mode: 'legacy' | 'auto' | 'modern';
  readonly dialect: Leg;
  readonly version: LegacyVersion | '2026-07-28';
  readonly capabilities: Params;
  readonly load: (() => Promise<(url: string, ears: Ears) => Sdk>) | { readonly na: string };
}

const NAMES = ['sdk 1.0.4', 'sdk 1.22.0', 'sdk 1.32.2', 'client 2.4.0'];
const CAPABILITIES = { sampling: {}, roots: {}, elicitation: { form: {}, url: {} } };

export const ERA_CLIENTS: readonly EraClient[] = [
  ...CLIENTS.filter(({ name, leg }) => NAMES.includes(name) && leg !== 'websocket').map(legacy),
  modern('auto'),
  modern('modern'),
];

/** One for each dialect and era. */
export const ERA_CLIENTS_FEW: readonly EraClient[] = [
  ...CLIENTS.filter(({ name }) => name === 'sdk 1.32.2').map(legacy),
  modern('auto'),
];

/** A client of the modern revision has it all, so what it gets depends on nothing but the bridge. */
export function isModern({ mode }: EraClient): boolean {
  return mode !== 'legacy';
}

function legacy({ leg, ...client }: MatrixClient): EraClient {
  return { ...client, mode: 'legacy', dialect: leg };
}

function modern(mode: 'auto' | 'modern'): EraClient {
  const load = async () => (url: string, ears: Ears) =>
    new V2Sdk({ transport: 'streamable', mode }, url, CAPABILITIES, ears);
  return {
    name: 'client 2.4.0',
    mode,
    dialect: 'streamable',
    version: '2026-07-28',
    capabilities: CAPABILITIES,
    load,
  };
}
