import { readFileSync } from 'node:fs';
import { AjvJsonSchemaValidator } from '@modelcontextprotocol/client/validators/ajv';
import { describe, expect, test } from 'vitest';
import { DEFAULT_LOG_LIMITS } from '../../../src/backplanes/memory.ts';
import { limits, publishedSchema, timeouts } from '../../../src/config/schema.ts';
import { stdioEntry } from '../../../src/config/schema-entries.ts';
import { DIALECTS } from '../../../src/config/schema-values.ts';
import { DIALECT_NAMES } from '../../../src/dialects/table.ts';
import { DEFAULT_SETTINGS } from '../../../src/engine/settings.ts';
import { DEFAULT_LIMITS } from '../../../src/protocol/message.ts';
import { DEFAULT_MAX_PROCESSES } from '../../../src/upstreams/stdio-options.ts';

const file = new URL('../../../schema/sluice.schema.json', import.meta.url);

test('[CONFIG-SCHEMA] the committed schema is up to date (npm run schema)', () => {
  expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual(publishedSchema());
});

/** Every schema of a setting, with its path. */
function settings(schema: unknown, path = ''): [string, Record<string, unknown>][] {
  if (typeof schema !== 'object' || schema === null) return [];
  const { properties = {}, $defs = {}, anyOf = [] } = schema as Record<string, Record<string, unknown>>;
  const own = Object.entries(properties).flatMap(([name, child]): [string, Record<string, unknown>][] => [
    [`${path}.${name}`, child as Record<string, unknown>],
    ...settings(child, `${path}.${name}`),
  ]);
  const deeper = [...Object.values($defs), ...Object.values(anyOf)].flatMap((child) => settings(child, path));
  return [...own, ...deeper];
}

test('every setting has a description for editors', () => {
  const all = settings(publishedSchema());
  expect(all.length).toBeGreaterThan(50);
  expect(all.filter(([, schema]) => !schema['description']).map(([path]) => path)).toEqual([]);
});

describe('[CONFIG-SCHEMA] an editor that follows the schema', () => {
  const validate = new AjvJsonSchemaValidator().getValidator(publishedSchema());
  test.each([
    {
      $schema: 'x',
      mcpServers: { a: { command: 'x', args: ['y'], startTimeout: '30s' }, b: { builtin: 'aare' } },
    },
    {
      servers: { a: { url: 'https://x', type: 'sse', headers: { A: 'b' } } },
      port: 0,
      limits: { bodyBytes: '4MiB' },
    },
    { mcpServers: { a: { url: 'wss://x', type: 'ws', forwardHeaders: ['x-tenant'], tools: ['read_*'] } } },
    { projects: { a: { mcpServers: { b: { builtin: 'aare' } }, servers: ['c'], merge: { wait: '1s' } } } },
    { apiKeys: ['a', { name: 'b', key: 'c' }], timeouts: { drain: 1000 } },
  ])('takes %j', (value) => {
    expect(validate(value)).toMatchObject({ valid: true });
  });
  test.each([
    { mcpServers: { a: { comand: 'x' } } },
    { port: 70_000 },
    { timeouts: { drain: 'soon' } },
    { mcpServers: { a: { command: 'x', url: 'y' } } },
    { mcpServers: { a: { url: 'wss://x', type: 'socket' } } },
    { projects: { a: { apiKeys: [] } } },
  ])('refuses %j', (value) => {
    expect(validate(value)).toMatchObject({ valid: false });
  });
});

test('the dialects of the file are those there are', () => {
  expect([...DIALECTS].sort()).toEqual([...DIALECT_NAMES].sort());
});

test('the defaults of the file are those of the engine', () => {
  const l = limits.parse({});
  const t = timeouts.parse({});
  expect({ bytes: l.bodyBytes, depth: l.depth, elements: l.elements, batch: l.batch }).toEqual(
    DEFAULT_LIMITS,
  );
  expect({ events: l.logEvents, bytes: l.logBytes, totalBytes: l.logTotalBytes }).toEqual(DEFAULT_LOG_LIMITS);
  expect(DEFAULT_SETTINGS).toMatchObject({
    sessions: l.sessions,
    streams: l.streams,
    calls: l.calls,
    callBytes: l.callBytes,
    listens: l.listens,
    parked: l.parked,
    queuedTotalBytes: l.queuedTotalBytes,
    idempotencyKeys: l.idempotencyKeys,
    idempotencyBytes: l.idempotencyBytes,
    idempotencyAnswerBytes: l.idempotencyAnswerBytes,
    idempotencyMs: t.idempotency,
    inputRounds: l.inputRounds,
    seatsPerPool: l.conversations,
    parkMs: t.park,
    exchangesPerSession: l.exchangesPerSession,
    streamsPerSession: l.streamsPerSession,
    subscriptionsPerSession: l.subscriptionsPerSession,
    queuedBytes: l.queuedBytes,
    upstreamQueuedBytes: l.upstreamQueuedBytes,
    sessionIdleMs: t.sessionIdle,
    statelessIdleMs: t.statelessIdle,
    requestMs: t.request,
    startMs: t.start,
    heartbeatMs: t.heartbeat,
    stallMs: t.stall,
    retryMs: t.retry,
    drainMs: t.drain,
  });
  expect(stdioEntry.parse({ command: 'x' }).maxProcesses).toBe(DEFAULT_MAX_PROCESSES);
});
