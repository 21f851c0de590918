/** Ten thousand sessions, each of another caller from elsewhere: no line more. */
import { expect, it } from 'vitest';
import { alone } from '../../../src/backplanes/alone.ts';
import { MemoryEventLog } from '../../../src/backplanes/memory.ts';
import { sightOf } from '../../../src/edges/gateway-sight.ts';
import { Gateway } from '../../../src/engine/gateway.ts';
import {
  call,
  FakeConnection,
  FakeDriver,
  FakeRuntime,
  hello,
  openSession,
  turn,
} from '../engine/support.ts';
import { httpSse } from '../../../src/dialects/table.ts';
import { counting } from './support.ts';

it('[MET-BOUNDED] ten thousand sessions make no line more, and all are counted', async () => {
  const { metrics, samples } = counting();
  const runtime = new FakeRuntime();
  const driver = new FakeDriver();
  const settings = { sessions: 20_000, streams: 20_000 };
  const gateway = new Gateway({
    runtime,
    backplane: alone(new MemoryEventLog()),
    observer: metrics.observer,
    settings,
  });
  metrics.follow(sightOf(gateway));
  const server = gateway.addServer({ name: 'srv', driver, sharing: 'shared' });
  const at = { runtime, driver, gateway, server } as never;
  const open = (n: number) => {
    const who = { principal: `caller${n}`, address: `10.1.${n >> 8}.${n & 255}` };
    const session = openSession(at, { ...who, dialect: httpSse, version: '2024-11-05' });
    session.standing.follow(new FakeConnection());
    session.receive(hello(n));
    session.receive(call(n, `invented/${n % 200}`, { name: `tool${n}` }));
    session.receive(call(`${n}x`, 'ping'));
    return session;
  };
  const first = Array.from({ length: 20 }, (_, n) => open(n));
  await turn();
  first[0]?.close('test');
  const few = await samples();
  for (let n = 20; n < 10_000; n++) open(n);
  await turn();
  const many = await samples();
  expect([...many.keys()].sort()).toEqual([...few.keys()].sort());
  expect(many.get('sluice_sessions_opened_total{dialect="http-sse"}')).toBe(10_000);
  expect(many.get('sluice_sessions{dialect="http-sse"}')).toBe(9_999);
  expect(many.get('sse_connections_active')).toBe(9_999);
  expect(many.get('messages_received_total{method="other"}')).toBe(10_000);
  expect(many.get('sluice_held{thing="sessions"}')).toBe(9_999);
  await gateway.close();
});
