/**
 * The table of methods of the legacy revisions, and what tells those revisions apart.
 *
 * Source: the schemas of MCP 2024-11-05, 2025-03-26, 2025-06-18 and 2025-11-25.
 */
import { byteTable, hashBytes, indexIn } from './names.ts';
import { decodeString } from './decode.ts';

/** The legacy revisions, oldest first. */
export const LEGACY_VERSIONS = ['2024-11-05', '2025-03-26', '2025-06-18', '2025-11-25'] as const;
export type LegacyVersion = (typeof LEGACY_VERSIONS)[number];
export const LATEST_LEGACY: LegacyVersion = '2025-11-25';

/** Whether a text names a legacy revision. */
export function isLegacyVersion(version: string): version is LegacyVersion {
  return (LEGACY_VERSIONS as readonly string[]).includes(version);
}

/** Whether several messages may come in one array: 2025-03-26 alone. */
export function supportsBatch(version: string): boolean {
  return version === '2025-03-26';
}

/** Whether a stream may start with an event of empty data: older clients crash on it. */
export function supportsPriming(version: string): boolean {
  return isLegacyVersion(version) && version >= '2025-11-25';
}

/** One method, as the specification has it. */
export interface Method {
  readonly method: string;
  readonly kind: 'request' | 'notification';
  /** Who sends it. */
  readonly from: 'client' | 'server' | 'both';
  /** The first revision that has it. */
  readonly since: LegacyVersion;
  /** The capability it needs, as a path (`resources.subscribe`); absent when none is needed. */
  readonly capability?: string;
  /** Who declares that capability. Present exactly when `capability` is. */
  readonly declaredBy?: 'client' | 'server' | 'sender' | 'receiver';
}

/** Every method of every legacy revision. */
export const METHODS: readonly Method[] = [
  ...requests('client', '2024-11-05', 'server', [
    ['initialize'],
    ['tools/list', 'tools'],
    ['tools/call', 'tools'],
    ['resources/list', 'resources'],
    ['resources/templates/list', 'resources'],
    ['resources/read', 'resources'],
    ['resources/subscribe', 'resources.subscribe'],
    ['resources/unsubscribe', 'resources.subscribe'],
    ['prompts/list', 'prompts'],
    ['prompts/get', 'prompts'],
    // 2024-11-05 has the method but not yet the capability.
    ['completion/complete', 'completions'],
    ['logging/setLevel', 'logging'],
  ]),
  ...requests('server', '2024-11-05', 'client', [
    ['sampling/createMessage', 'sampling'],
    ['roots/list', 'roots'],
  ]),
  ...requests('server', '2025-06-18', 'client', [['elicitation/create', 'elicitation']]),
  ...requests('both', '2024-11-05', 'receiver', [['ping']]),
  ...requests('both', '2025-11-25', 'receiver', [
    ['tasks/get', 'tasks'],
    ['tasks/result', 'tasks'],
    ['tasks/list', 'tasks.list'],
    ['tasks/cancel', 'tasks.cancel'],
  ]),
  ...notifications('client', '2024-11-05', 'client', [
    ['notifications/initialized'],
    ['notifications/roots/list_changed', 'roots.listChanged'],
  ]),
  ...notifications('server', '2024-11-05', 'server', [
    ['notifications/message', 'logging'],
    ['notifications/resources/list_changed', 'resources.listChanged'],
    ['notifications/resources/updated', 'resources.subscribe'],
    ['notifications/tools/list_changed', 'tools.listChanged'],
    ['notifications/prompts/list_changed', 'prompts.listChanged'],
  ]),
  ...notifications('server', '2025-11-25', 'client', [
    ['notifications/elicitation/complete', 'elicitation.url'],
  ]),
  ...notifications('both', '2024-11-05', 'sender', [['notifications/cancelled'], ['notifications/progress']]),
  ...notifications('both', '2025-11-25', 'sender', [['notifications/tasks/status', 'tasks']]),
];

type Row = readonly [method: string, capability?: string];

function requests(from: Method['from'], since: LegacyVersion, by: Declarer, rows: readonly Row[]): Method[] {
  return rows.map((row) => entry('request', from, since, by, row));
}

function notifications(
  from: Method['from'],
  since: LegacyVersion,
  by: Declarer,
  rows: readonly Row[],
): Method[] {
  return rows.map((row) => entry('notification', from, since, by, row));
}

type Declarer = 'client' | 'server' | 'sender' | 'receiver';

function entry(
  kind: Method['kind'],
  from: Method['from'],
  since: LegacyVersion,
  declaredBy: Declarer,
  [method, capability]: Row,
): Method {
  const base = { method, kind, from, since };
  return capability === undefined ? base : { ...base, capability, declaredBy };
}

const BY_NAME = new Map(METHODS.map((method) => [method.method, method]));

/** The entry of a method; undefined for one that no legacy revision has. Names are exact. */
export function methodOf(name: string): Method | undefined {
  return BY_NAME.get(name);
}

const TABLE = byteTable(METHODS.map((entry) => entry.method));

/** The text of a method as it stands between its quotes, without making a string of a known one. */
export function internMethod(bytes: Uint8Array, start: number, end: number): string {
  const index = indexIn(TABLE, hashBytes(bytes, start, end), bytes, start, end);
  return index < 0 ? decodeString(bytes, start, end) : (TABLE.texts[index] as string);
}
