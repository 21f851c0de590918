/** How numbers of the configuration are shown. */
import { expect, it } from 'vitest';
import { describeConfig, valueText } from '../../../src/config/describe.ts';
import { read } from './reading.ts';

it('[CONFIG-SHOWN-UNITS] each with its unit, but for what is a count', () => {
  const rows = describeConfig(read('{ "mcpServers": { "a": { "command": "x" } } }'));
  const bare = rows.filter((row) => typeof row.value === 'number' && !valueText(row).startsWith('"'));
  expect(bare.map(({ path }) => path)).toEqual([
    ...['port', 'traces.ratio', 'limits.depth', 'limits.elements', 'limits.batch', 'limits.sessions'],
    ...['limits.streams', 'limits.calls', 'limits.listens', 'limits.parked', 'limits.idempotencyKeys'],
    ...['limits.inputRounds', 'limits.conversations', 'limits.connections', 'limits.overload.memory'],
    ...['limits.exchangesPerSession', 'limits.streamsPerSession', 'limits.subscriptionsPerSession'],
    ...['limits.logEvents', 'mcpServers.a.warm', 'mcpServers.a.maxProcesses'],
  ]);
});
