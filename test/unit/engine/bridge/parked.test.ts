import { describe, expect, test } from 'vitest';
import {
  ACCEPTED,
  ALL,
  asks,
  Caller,
  comesBack,
  FORM,
  parked,
  QUESTION,
  seatWorld,
  sentOf,
  turn,
} from './support.ts';

describe('a call whose server asks', () => {
  test('[SEAT-PARK] gives its client the question and a state, and goes on with the answer', async () => {
    const at = seatWorld();
    const { link, input } = await parked(at, { id: 'one' });
    expect(Object.values(input.requests)).toEqual([{ method: 'elicitation/create', params: QUESTION }]);
    expect(input.state).toMatch(/^1\./);
    expect(at.gateway.inFlight).toBe(0);
    const back = await comesBack(at, input, { [input.keys[0] as string]: ACCEPTED }, { id: 'two' });
    expect(link.last).toEqual({ jsonrpc: '2.0', id: 'q1', result: ACCEPTED });
    const [call] = sentOf(link, 'tools/call');
    link.answers(call?.id, { content: [] });
    expect(back.answered).toMatchObject({ id: 'two', result: { resultType: 'complete', content: [] } });
    expect(sentOf(link, 'tools/call')).toHaveLength(1);
    expect(at.driver.opens).toBe(1);
  });

  test('[SEAT-PARK] several questions at once are one round, in words of their era', async () => {
    const at = seatWorld();
    const caller = await asks(at, { can: { ...ALL, sampling: { tools: {} } } });
    const { link } = at.driver;
    const url = { mode: 'url', message: 'Pay', url: 'https://a.b/' };
    link.asks(1, 'elicitation/create', { ...url, elicitationId: 'e1', task: { ttl: 1 } });
    link.asks(2, 'roots/list');
    at.runtime.advance(3);
    link.asks(3, 'sampling/createMessage', {
      messages: [],
      maxTokens: 5,
      tools: [],
      _meta: { progressToken: 9 },
    });
    at.runtime.advance(2);
    const { requests, keys, state } = caller.input;
    expect(Object.values(requests)).toEqual([
      { method: 'elicitation/create', params: url },
      { method: 'roots/list', params: {} },
      { method: 'sampling/createMessage', params: { messages: [], maxTokens: 5, tools: [] } },
    ]);
    const roots = { roots: [{ uri: 'file:///a' }] };
    const said = { role: 'assistant', content: { type: 'text', text: 'x' }, model: 'm' };
    const answers = Object.fromEntries(keys.map((key, n) => [key, [{ action: 'decline' }, roots, said][n]]));
    await comesBack(at, { state }, { ...answers, surplus: 1 }, { can: ALL });
    expect(link.sent.slice(-3).map(({ id, result }) => [id, result])).toEqual([
      [1, { action: 'decline' }],
      [2, roots],
      [3, said],
    ]);
  });

  test('[SEAT-PARK] is told of progress by the token of the call that waits now', async () => {
    const at = seatWorld();
    const { link, input } = await parked(at, { meta: { progressToken: 'old' } });
    const token = sentOf(link, 'tools/call')[0]?.id;
    link.notifies('notifications/progress', { progressToken: token, progress: 1 });
    const meta = { progressToken: 'new' };
    const back = await comesBack(at, input, { [input.keys[0] as string]: ACCEPTED }, { meta });
    link.notifies('notifications/progress', { progressToken: token, progress: 2 });
    expect(back.events.map(({ params }) => params)).toEqual([{ progressToken: 'new', progress: 2 }]);
  });

  test('[SEAT-PARK] keeps the server waiting as long as its client needs, but for its deadline', async () => {
    const at = seatWorld({ settings: { requestMs: 10_000, parkMs: 60_000 } });
    const { link, input } = await parked(at);
    at.runtime.advance(50_000);
    const back = await comesBack(at, input, { [input.keys[0] as string]: ACCEPTED });
    at.runtime.advance(9_000);
    expect(back.answers).toEqual([]);
    at.runtime.advance(1_000);
    expect(back.word).toBe('timed_out');
    expect(link.methods).toContain('notifications/cancelled');
  });

  test('[SEAT-AGAIN] may be asked again, each time under another state', async () => {
    const at = seatWorld();
    const { link, input } = await parked(at);
    const second = await comesBack(at, input, { [input.keys[0] as string]: ACCEPTED });
    link.asks('q2', 'elicitation/create', QUESTION);
    at.runtime.advance(5);
    expect(second.input.state).not.toBe(input.state);
    const third = await comesBack(
      at,
      second.input,
      { [second.input.keys[0] as string]: ACCEPTED },
      { id: 3 },
    );
    expect(link.last).toMatchObject({ id: 'q2', result: ACCEPTED });
    link.answers(sentOf(link, 'tools/call')[0]?.id);
    expect(third.answered).toMatchObject({ id: 3, result: { resultType: 'complete' } });
  });

  test('[SEAT-AGAIN] what is asked while nobody waits is the next round', async () => {
    const at = seatWorld();
    const { link, input } = await parked(at);
    link.asks('q2', 'elicitation/create', QUESTION);
    at.runtime.advance(50);
    const back = await comesBack(at, input, { [input.keys[0] as string]: ACCEPTED });
    expect(link.last).toMatchObject({ id: 'q1', result: ACCEPTED });
    expect(back.input.keys).toHaveLength(1);
    expect(back.input.keys).not.toEqual(input.keys);
  });

  test('[SEAT-ROUNDS] is not asked without end', async () => {
    const at = seatWorld({ settings: { inputRounds: 2 } });
    const { link, input } = await parked(at);
    const second = await comesBack(at, input, { [input.keys[0] as string]: ACCEPTED });
    link.asks('q2', 'elicitation/create', QUESTION);
    at.runtime.advance(5);
    const third = await comesBack(at, second.input, { [second.input.keys[0] as string]: ACCEPTED });
    link.asks('q3', 'elicitation/create', QUESTION);
    at.runtime.advance(5);
    expect(third.word).toBe('too_many_rounds');
    expect(link.sent.slice(-2)).toMatchObject([
      { method: 'notifications/cancelled' },
      { id: 'q3', error: { code: -32001 } },
    ]);
  });

  test('[SEAT-MISSING] is asked again for what its client left out; the rest is passed on', async () => {
    const at = seatWorld();
    const caller = await asks(at, { can: ALL });
    const { link } = at.driver;
    link.asks(1, 'elicitation/create', QUESTION);
    link.asks(2, 'roots/list');
    at.runtime.advance(5);
    const [form, roots] = caller.input.keys as [string, string];
    const some = await comesBack(at, caller.input, { [form]: ACCEPTED }, { can: ALL });
    expect(link.last).toMatchObject({ id: 1, result: ACCEPTED });
    expect(some.input.requests).toEqual({ [roots]: { method: 'roots/list', params: {} } });
    const none = await comesBack(at, some.input, undefined, { can: ALL });
    expect(none.input.keys).toEqual([roots]);
    await comesBack(at, none.input, { [roots]: { roots: [] } }, { can: ALL });
    expect(link.last).toMatchObject({ id: 2, result: { roots: [] } });
  });

  test.each([[{ key: 'text' }], [{ key: null }], [[]], ['all'], [{ key: [1] }]])(
    '[SEAT-MISSING] answers that are no objects are refused, and may be given again: %j',
    async (bad) => {
      const at = seatWorld();
      const { link, input } = await parked(at);
      const [key] = input.keys as [string];
      const named = JSON.parse(JSON.stringify(bad).replace('"key"', JSON.stringify(key))) as unknown;
      const refused = await comesBack(at, input, named);
      expect(refused.answers[0]).toMatchObject({ code: -32602 });
      expect(refused.word).toBe('bad_input_responses');
      expect(link.sent.filter(({ id }) => id === 'q1')).toEqual([]);
      await comesBack(at, input, { [key]: ACCEPTED });
      expect(link.last).toMatchObject({ id: 'q1', result: ACCEPTED });
    },
  );

  test('[SEAT-REFUSED] what its client did not declare is refused, and so is what belongs to no call', async () => {
    const at = seatWorld();
    const caller = await asks(at, { can: { elicitation: { url: {} }, sampling: {} } });
    const { link } = at.driver;
    link.asks(1, 'elicitation/create', QUESTION);
    link.asks(2, 'roots/list');
    link.asks(3, 'sampling/createMessage', { messages: [], tools: [] });
    link.asks(4, 'odd/question');
    link.asks(5, 'ping');
    expect(link.sent.slice(-5).map(({ id, error, result }) => [id, error?.code ?? result])).toEqual([
      [1, -32601],
      [2, -32601],
      [3, -32601],
      [4, -32601],
      [5, {}],
    ]);
    link.answers(sentOf(link, 'tools/call')[0]?.id);
    link.asks(6, 'elicitation/create', { mode: 'url', message: 'm', url: 'https://a.b/' });
    expect(link.last).toMatchObject({ id: 6, error: { code: -32601 } });
    expect(caller.answers).toHaveLength(1);
  });

  test('[SEAT-REFUSED] during a call of which nobody may be asked, and where no state can be kept', async () => {
    const at = seatWorld();
    await asks(at, { can: ALL, method: 'tools/list', params: {} });
    at.driver.link.asks(1, 'roots/list');
    expect(at.driver.link.last).toMatchObject({ id: 1, error: { code: -32601 } });
    const unsealed = seatWorld({ seals: false });
    await asks(unsealed, { can: ALL });
    unsealed.driver.link.asks(1, 'roots/list');
    expect(unsealed.driver.link.last).toMatchObject({ id: 1, error: { code: -32601 } });
  });

  test('[SEAT-REFUSED] more questions at once than one round may have', async () => {
    const at = seatWorld({ settings: { questionsPerRound: 2 } });
    const caller = await asks(at, { can: FORM });
    for (const id of [1, 2, 3]) at.driver.link.asks(id, 'elicitation/create', QUESTION);
    at.runtime.advance(5);
    expect(caller.input.keys).toHaveLength(2);
    expect(at.driver.link.last).toMatchObject({ id: 3, error: { code: -32000 } });
  });

  test('[SEAT-WITHDRAWN] a question that the server calls off needs no answer', async () => {
    const at = seatWorld();
    const caller = await asks(at, { can: FORM });
    const { link } = at.driver;
    link.asks('q1', 'elicitation/create', QUESTION);
    link.notifies('notifications/cancelled', { requestId: 'q1' });
    at.runtime.advance(5);
    expect(caller.answers).toEqual([]);
    link.asks('q2', 'elicitation/create', QUESTION);
    at.runtime.advance(5);
    link.notifies('notifications/cancelled', { requestId: 'q2' });
    const back = await comesBack(at, caller.input, { [caller.input.keys[0] as string]: ACCEPTED });
    expect(link.sent.filter(({ id }) => id === 'q2')).toEqual([]);
    link.answers(sentOf(link, 'tools/call')[0]?.id, { content: [] });
    expect(back.result).toMatchObject({ content: [] });
  });

  test('[SEAT-DEADLINE] a client that never comes back is not waited for without end', async () => {
    const at = seatWorld({ settings: { parkMs: 1_000 } });
    const { link, input } = await parked(at);
    at.runtime.advance(999);
    expect(link.methods).not.toContain('notifications/cancelled');
    at.runtime.advance(1);
    const [call] = sentOf(link, 'tools/call');
    expect(link.sent.slice(-2)).toMatchObject([
      { method: 'notifications/cancelled', params: { requestId: call?.id } },
      { id: 'q1', error: { code: -32001 } },
    ]);
    expect(at.gateway.seats.parking.size).toBe(0);
    expect(link.hasEnded).toBe(true);
    const late = await comesBack(at, input, { [input.keys[0] as string]: ACCEPTED });
    expect(late.answered?.error).toMatchObject({ message: 'This `requestState` came too late.' });
  });

  test('[SEAT-CAPS] only so many may be parked, of one principal and in all', async () => {
    const at = seatWorld({ settings: { parked: 2, perCaller: { parked: 1 } } });
    const { input } = await parked(at, { as: 'ann' });
    const refused = await asks(at, { as: 'ann', can: FORM });
    at.driver.link.asks('q1', 'elicitation/create', QUESTION);
    at.runtime.advance(5);
    expect(refused.word).toBe('too_many_parked');
    expect(at.driver.link.methods).toContain('notifications/cancelled');
    await parked(at, { as: 'ben' });
    const third = await asks(at, { as: 'cid', can: FORM });
    at.driver.link.asks('q1', 'elicitation/create', QUESTION);
    at.runtime.advance(5);
    expect(third.word).toBe('too_many_parked');
    await comesBack(at, input, { [input.keys[0] as string]: ACCEPTED }, { as: 'ann' });
    await parked(at, { as: 'cid' });
  });

  test('[SEAT-CANCEL] a client that goes away while it is about to be asked is asked nothing', async () => {
    const at = seatWorld();
    const caller = new Caller(at, { can: FORM });
    await turn();
    const { link } = at.driver;
    link.asks('q1', 'elicitation/create', QUESTION);
    caller.call.cancel('gone');
    at.runtime.advance(5);
    expect(caller.answers).toEqual([]);
    expect(link.methods).toContain('notifications/cancelled');
    expect(at.gateway.seats.parking.size).toBe(0);
  });
});
