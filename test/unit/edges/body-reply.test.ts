/** Answers that a POST has in its body as well as on a stream. */
import { expect, it } from 'vitest';
import { BodyReply } from '../../../src/edges/http/body-reply.ts';
import { Payers } from '../../../src/engine/account.ts';
import { UnreadAnswers } from '../../../src/engine/unread.ts';
import { setUp as setUpStream } from '../engine/stream-support.ts';
import { bytesOf, FakeResponder } from '../engine/support.ts';

const PAYERS = new Payers('anybody', undefined, '', []);
const ANSWER = { jsonrpc: '2.0', id: 1, result: { text: 'x'.repeat(100) } };

function setUp() {
  const said: string[] = [];
  const pressures: boolean[] = [];
  const stream = {
    event: () => void said.push('event'),
    answer: () => void said.push('answer'),
    cancelled: () => void said.push('cancelled'),
    isFollowed: true,
  };
  const responder = new FakeResponder({ isStuck: true });
  const reply = new BodyReply(
    responder,
    stream,
    new UnreadAnswers(PAYERS, 50, setUpStream().context, (full) => pressures.push(full)),
  );
  return { said, pressures, responder, reply };
}

it('[LIMIT-UNREAD] counts a body until its client takes it', () => {
  const { said, pressures, responder, reply } = setUp();
  reply.event(bytesOf({}));
  reply.answer(bytesOf(ANSWER));
  expect([said, responder.status, responder.json]).toEqual([['event', 'answer'], 200, ANSWER]);
  expect(pressures).toEqual([true]);
  responder.take();
  expect(pressures).toEqual([true, false]);
});

it('answers the stream alone when the client of the POST is gone', () => {
  const { said, pressures, responder, reply } = setUp();
  responder.isGone = true;
  reply.answer(bytesOf(ANSWER));
  expect([said, responder.answers, pressures]).toEqual([['answer'], 0, []]);
});

it('acknowledges a POST whose request was called off', () => {
  const { said, responder, reply } = setUp();
  reply.cancelled();
  expect([said, responder.status, responder.body]).toEqual([['cancelled'], 202, '']);
});
