/** What another node answers an operator, as it is handed on here. */
import { expect, it } from 'vitest';
import { sentTo } from '../../../../src/edges/admin/sent.ts';
import type { Visit } from '../../../../src/edges/http/front.ts';
import type { FakeConnection } from '../../engine/support.ts';
import { FakeRequest } from '../support.ts';
import { Ends } from './support.ts';

const LIMITS = { windowBytes: 1_000, pieceBytes: 400, uncountedBytes: 100, highWater: 500 };
const bytes = (size: number) => new Uint8Array(size).fill(0x61);

function asked({ isStuck = false, method = 'GET' } = {}) {
  const acts: string[] = [];
  const entry = { is: true };
  const observer = { operated: ({ outcome }: { outcome: string }) => void acts.push(outcome) };
  const ends = new Ends(LIMITS, undefined, isStuck, (responder) => {
    const request = new FakeRequest(method, '/admin/api/x?a=1&node=n1&b=2', {}, Promise.resolve(bytes(0)));
    const front = { gateway: { context: { observer } } };
    const visit = { request, responder, front, caller: { principal: 'operator#k' }, address: '::1' };
    const sent = sentTo(visit as unknown as Visit, 'n1', () => entry.is);
    expect(sent.request.query).toBe('a=1&b=2');
    return sent.responder;
  });
  return { ends, acts, entry };
}

const real = ({ responder }: Ends): FakeConnection => responder.connection as FakeConnection;
const HEAD = { 'content-type': 'text/event-stream' };

it('[ANYNODE-SLOW] a reader that takes nothing has no more than a window on its way, and gets all of it in the end', async () => {
  const { ends } = asked({ isStuck: true });
  const feed = ends.carried.stream(200, HEAD);
  for (let n = 0; n < 20; n++) feed.write(bytes(200));
  await ends.deliver();
  expect(feed.queued).toBe(4_000);
  expect(real(ends).text.length).toBeLessThan(LIMITS.windowBytes + LIMITS.pieceBytes);
  for (let turn = 0; turn < 20 && feed.queued > 0; turn++) {
    real(ends).drain();
    await ends.deliver();
  }
  expect([feed.queued, real(ends).text.length]).toEqual([0, 4_000]);
  feed.close('done');
  await ends.deliver();
  expect([real(ends).closedBy, ends.isOverHere, ends.isOverThere]).toEqual(['done', true, true]);
});

it('[ANYNODE-SLOW] [ANYNODE-FEED] a reader that goes away, or is out, is gone for the other node', async () => {
  for (const how of ['leaves', 'is out'] as const) {
    const { ends, entry } = asked();
    const feed = ends.carried.stream(200, HEAD);
    let isGone = false;
    feed.onClosed = () => void (isGone = true);
    feed.write(bytes(10));
    await ends.deliver();
    if (how === 'leaves') real(ends).vanish();
    entry.is = false;
    feed.write(bytes(10));
    await ends.deliver();
    expect([isGone, real(ends).text.length, ends.isOverHere, ends.isOverThere]).toEqual([
      true,
      10,
      true,
      true,
    ]);
    expect(real(ends).closedBy).toBe(how === 'leaves' ? undefined : 'expired');
  }
});

it('[ANYNODE-ACTS] what became of it is told once, also where nobody waits for it or it is lost', async () => {
  const json = (value: unknown) => new TextEncoder().encode(JSON.stringify(value));
  const answered = asked({ method: 'POST' });
  answered.ends.carried.reply(404, {}, json({ error: { code: 'unknown_server' } }));
  await answered.ends.deliver();
  const odd = asked({ method: 'POST' });
  odd.ends.carried.reply(99, { 'content-type': 'text/html' }, json({ error: { code: 'A <b>' } }));
  await odd.ends.deliver();
  expect([odd.ends.responder.status, odd.ends.responder.headers['content-type']]).toEqual([
    502,
    'application/json',
  ]);
  const left = asked({ method: 'DELETE' });
  left.ends.responder.abort();
  await left.ends.deliver();
  const looked = asked();
  looked.ends.carried.reply(200, {}, json({}));
  await looked.ends.deliver();
  expect([answered.acts, odd.acts, left.acts, looked.acts]).toEqual([
    ['unknown_server'],
    ['ok'],
    ['no_answer'],
    [],
  ]);
});
