/** Modern clients that ask for much and read nothing. */
import { expect, test } from 'vitest';
import { turn } from '../../engine/support.ts';
import { begin, call, modernFront, post, told } from './support.ts';

test('[BRKM-UNREAD] who does not take the ends of streams gets no further answers until it does', async () => {
  const at = modernFront({ settings: { perCaller: { queuedBytes: 1_000 } } });
  at.server.answersCalls = false;
  const slow = [begin(at, call()), begin(at, call())].map(({ responder }) => responder);
  await turn();
  at.runtime.advance(1_000);
  const { link } = at.server;
  for (const { connection } of slow) if (connection) connection.isStuck = true;
  for (const { id } of link.calls) link.answers(id, { text: 'x'.repeat(600) });
  expect(slow.map(({ connection }) => connection?.closedBy)).toEqual(['done', 'done']);
  at.server.answersCalls = true;
  expect(told(await post(at, call()))).toEqual([429, -32000, 'too_many_calls']);
  slow[0]?.connection?.drain();
  expect((await post(at, call())).status).toBe(200);
});
