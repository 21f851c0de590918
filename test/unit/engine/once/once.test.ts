/** Requests with an idempotency key, before a played server. */
import { describe, expect, test } from 'vitest';
import { turn, type World } from '../support.ts';
import { type Asked, ask, driverOf, type Made, modernWorld } from '../modern/support.ts';

const calls = (at: World) =>
  driverOf(at).links.flatMap(({ calls: all }) => all.filter(({ method }) => method === 'tools/call'));

async function tryOnce(at: World, asked: Asked & { key?: string; principal?: string } = {}): Promise<Made> {
  const { key = 'k', principal = 'anybody', facts, ...rest } = asked;
  const made = ask(at, { ...rest, facts: { idempotencyKey: key, principal, ...facts } });
  await turn();
  return made;
}

/** The server answers the call that came last. */
function answer(at: World, text = '"result":{ "n":12345678901234567890, "f":1.0}'): string {
  const id = calls(at).at(-1)?.id;
  driverOf(at).link.says(`{"jsonrpc":"2.0", "id":${id},${text}}`);
  return text;
}

describe('a request with a key', () => {
  test('[ONCE-RUN] is sent on once; later tries get the same answer, byte for byte but for the id', async () => {
    const at = modernWorld();
    const first = await tryOnce(at, { id: 'a' });
    const text = answer(at);
    const second = await tryOnce(at, { id: 2 });
    expect(calls(at).length).toBe(1);
    expect(first.carrier.answers[0]?.text).toBe(`{"jsonrpc":"2.0", "id":"a",${text}}`);
    expect(second.carrier.answers[0]?.text).toBe(`{"jsonrpc":"2.0", "id":2,${text}}`);
    expect(at.gateway.desk.inFlight).toBe(0);
  });

  test('[ONCE-RUN] an error of the server is an answer, too, and so is one of the gateway after it was sent', async () => {
    const at = modernWorld();
    await tryOnce(at);
    answer(at, '"error":{"code":-32601,"message":"no"}');
    const again = await tryOnce(at);
    expect([again.carrier.answers[0]?.code, again.carrier.answer1.error?.code]).toEqual([-32601, -32601]);
    const lost = await tryOnce(at, { key: 'other' });
    at.runtime.advance(at.gateway.context.settings.requestMs);
    expect(wordOf(lost)).toBe('timed_out');
    expect(wordOf(await tryOnce(at, { key: 'other' }))).toBe('timed_out');
    expect(calls(at).length).toBe(2);
  });

  test('[ONCE-TOGETHER] tries that come while it runs wait for its answer, and only the first hears the rest', async () => {
    const at = modernWorld();
    const tries = [];
    for (let id = 1; id <= 50; id++) tries.push(await tryOnce(at, { id, meta: { progressToken: id } }));
    const number = calls(at).at(-1)?.id;
    driverOf(at).link.notifies('notifications/progress', { progressToken: number, progress: 1 });
    const text = answer(at);
    expect(calls(at).length).toBe(1);
    expect(tries.map(({ carrier }) => carrier.answers.map((one) => one.text))).toEqual(
      tries.map((_, at0) => [`{"jsonrpc":"2.0", "id":${at0 + 1},${text}}`]),
    );
    expect(tries.map(({ carrier }) => carrier.events.length)).toEqual([1, ...Array<number>(49).fill(0)]);
  });

  test('[ONCE-OTHER] another request under the same key is refused; ids, tokens, `_meta` and order are no difference', async () => {
    const at = modernWorld();
    await tryOnce(at, { params: { name: 't', arguments: { a: 1, b: 2.5 } } });
    answer(at);
    const meta = { progressToken: 7, 'com.example/trace': 'x' };
    const same = await tryOnce(at, { id: 9, params: { arguments: { b: 2.5, a: 1 }, name: 't' }, meta });
    expect(same.carrier.answer1.result).toBeDefined();
    for (const params of [
      { name: 'u', arguments: { a: 1, b: 2.5 } },
      { name: 't', arguments: { a: 1 } },
    ])
      expect(wordOf(await tryOnce(at, { params }))).toBe('idempotency_mismatch');
    expect(wordOf(await tryOnce(at, { method: 'custom/do' }))).toBe('idempotency_mismatch');
    expect(calls(at).length).toBe(1);
  });

  test('[ONCE-WHOSE] callers, and headers that go on to the server, keep equal keys apart', async () => {
    const at = modernWorld({ server: { forwardHeaders: ['x-tenant'] } });
    const mine = await tryOnce(at, { principal: 'a' });
    const theirs = await tryOnce(at, { principal: 'b' });
    const tenant = await tryOnce(at, { principal: 'a', facts: { forwarded: { 'x-tenant': 't' } } });
    expect(calls(at).length).toBe(3);
    for (const [which, { carrier }] of [mine, theirs, tenant].entries()) {
      const link = driverOf(at).links[which];
      link?.answers(link.last.id, { which });
      expect(carrier.answer1.result).toEqual({ which });
    }
  });

  test('[ONCE-READS] means nothing where nothing is changed', async () => {
    const at = modernWorld();
    await tryOnce(at, { method: 'tools/list', params: {} });
    await tryOnce(at, { method: 'tools/list', params: {} });
    expect(driverOf(at).link.methods).toEqual(['tools/list', 'tools/list']);
  });
});

function wordOf({ carrier }: Made): unknown {
  return (carrier.answer1.error?.data as { code?: unknown } | undefined)?.code;
}
