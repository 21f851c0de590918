import { describe, expect, test } from 'vitest';
import { asks, type Caller, comesBack, FORM, seatWorld, sentOf } from './support.ts';

const URLS = { elicitation: { url: {} } };
const ELICITATION = { mode: 'url', elicitationId: 'e1', message: 'Sign in', url: 'https://a.b/c' };

/** A server that wants URLs to be visited before it does anything. */
function visiting(settings = {}, elicitations: unknown = [ELICITATION]) {
  const at = seatWorld({ settings });
  at.driver.script = ({ method }) =>
    method === 'tools/call'
      ? { error: { code: -32042, message: 'Visit first.', data: { elicitations } as never } }
      : undefined;
  return at;
}

function accepted({ input }: Caller, action = 'accept'): Record<string, unknown> {
  return Object.fromEntries(input.keys.map((key) => [key, { action }]));
}

describe('a server that wants a URL to be visited first', () => {
  test('[SEAT-URL] has its client asked to, and gets the call again', async () => {
    const at = visiting();
    const caller = await asks(at, { can: URLS });
    const { elicitationId: _, ...params } = ELICITATION;
    expect(Object.values(caller.input.requests)).toEqual([{ method: 'elicitation/create', params }]);
    at.driver.script = () => ({ result: { content: [] } });
    const back = await comesBack(at, caller.input, accepted(caller), { can: URLS, id: 7 });
    expect(back.answered).toMatchObject({ id: 7, result: { content: [], resultType: 'complete' } });
    const calls = sentOf(at.driver.link, 'tools/call');
    expect(calls).toHaveLength(2);
    expect(calls[1]?.params).toEqual({ name: 't' });
    const twice = await comesBack(at, caller.input, accepted(caller), { can: URLS });
    expect(twice.word).toBe('bad_request_state');
    expect(sentOf(at.driver.link, 'tools/call')).toHaveLength(2);
  });

  test('[SEAT-URL] keeps no conversation for it', async () => {
    const at = visiting({ seatsPerPool: 1 });
    await asks(at, { can: URLS });
    expect((await asks(at, { can: URLS })).input.keys).toHaveLength(1);
    expect(at.driver.opens).toBe(1);
  });

  test.each([FORM, {}, { sampling: {} }])('[SEAT-URL] a client that cannot is told so: %j', async (can) => {
    const at = visiting();
    const { answers, word } = await asks(at, { can });
    expect(word).toBe('missing_capability');
    expect(answers[0]).toMatchObject({
      code: -32021,
      wire: { error: { data: { requiredCapabilities: { elicitation: { url: {} } } } } },
    });
  });

  test('[SEAT-URL] what was declined is not tried again', async () => {
    const at = visiting();
    const caller = await asks(at, { can: URLS });
    const back = await comesBack(at, caller.input, accepted(caller, 'decline'), { can: URLS });
    expect(back.word).toBe('input_declined');
    expect(sentOf(at.driver.link, 'tools/call')).toHaveLength(1);
  });

  test('[SEAT-URL] what was left out is asked for again', async () => {
    const at = visiting({}, [ELICITATION, { ...ELICITATION, url: 'https://d.e/' }]);
    const caller = await asks(at, { can: URLS });
    const [first, second] = caller.input.keys as [string, string];
    const back = await comesBack(at, caller.input, { [first]: { action: 'accept' } }, { can: URLS });
    expect(back.input.keys).toEqual([second]);
    expect(sentOf(at.driver.link, 'tools/call')).toHaveLength(1);
  });

  test('[SEAT-URL] does not have its client asked without end', async () => {
    const at = visiting({ inputRounds: 2 });
    let caller = await asks(at, { can: URLS });
    caller = await comesBack(at, caller.input, accepted(caller), { can: URLS });
    caller = await comesBack(at, caller.input, accepted(caller), { can: URLS });
    expect(caller.word).toBe('too_many_rounds');
    expect(sentOf(at.driver.link, 'tools/call')).toHaveLength(3);
  });

  test('[SEAT-URL] counts as parked, until its deadline', async () => {
    const at = visiting({ parked: 1, parkMs: 1_000 });
    const caller = await asks(at, { can: URLS });
    expect((await asks(at, { can: URLS })).word).toBe('too_many_parked');
    at.runtime.advance(1_000);
    expect((await asks(at, { can: URLS })).input.keys).toHaveLength(1);
    expect((await comesBack(at, caller.input, accepted(caller), { can: URLS })).word).toBe(
      'bad_request_state',
    );
  });

  test.each([[null], ['x'], [[{}]], [[{ url: 1, message: 2 }]]])(
    '[SEAT-URL] an error that names no URL stays what it is: %j',
    async (elicitations) => {
      const at = visiting({}, elicitations);
      expect((await asks(at, { can: URLS })).answers[0]).toMatchObject({ code: -32042 });
    },
  );
});
