/** Headers that repeat arguments: compared where nobody else does it, made where there were none. */
import { describe, expect, test } from 'vitest';
import { type FakeDriver, turn, type World } from '../support.ts';
import type { Wire } from '../wire.ts';
import { ask, driverOf, modernWorld } from './support.ts';

const string = { type: 'string' };
const QUERY = {
  name: 'query',
  inputSchema: {
    type: 'object',
    properties: {
      region: { ...string, 'x-mcp-header': 'Region' },
      n: { type: 'integer', 'x-mcp-header': 'N' },
      q: string,
    },
  },
};
const BROKEN = {
  name: 'broken',
  inputSchema: { properties: { a: { type: 'number', 'x-mcp-header': 'A' } } },
};
const PLAIN = { name: 'plain', inputSchema: { type: 'object' } };

/** A server with these tools that answers everything else. @param pages of the list */
function serverWith(...pages: object[][]): World & { driver: FakeDriver } {
  const at = modernWorld();
  const driver = driverOf(at);
  driver.answersCalls = true;
  driver.script = ({ method, params }: Wire) => {
    if (method !== 'tools/list') return undefined;
    const at = Number(params?.['cursor'] ?? 0);
    const next = at + 1 < pages.length ? { nextCursor: String(at + 1) } : {};
    return { result: { tools: pages[at] ?? [], resultType: 'complete', ...next } };
  };
  return { ...at, driver };
}

type Headers = Readonly<Record<string, string>>;

/** Calls a tool as a POST with these headers does. */
function call(at: World, name: string, args: unknown, paramHeaders?: Headers, principal = 'anybody') {
  const facts = { hasHeaders: true, principal, ...(paramHeaders ? { paramHeaders } : {}) };
  return ask(at, { params: { name, arguments: args }, facts }).carrier;
}

const calls = ({ driver }: { driver: FakeDriver }) =>
  driver.links.flatMap(({ methods }) => methods).filter((method) => method === 'tools/call').length;
const lists = ({ driver }: { driver: FakeDriver }) =>
  driver.links.flatMap(({ methods }) => methods).filter((method) => method === 'tools/list').length;

describe('headers of a call', () => {
  test.each<[unknown, Headers | undefined]>([
    [
      { region: 'us', n: 42 },
      { 'mcp-param-region': 'us', 'mcp-param-n': '42.0' },
    ],
    [{ region: 'Z\u00fcrich' }, { 'mcp-param-region': '=?base64?WsO8cmljaA==?=' }],
    [{ q: 'not said' }, undefined],
    [{ region: null }, undefined],
    [{ region: 7 }, { 'mcp-param-region': '7' }],
    [undefined, { 'mcp-param-other': '=?base64?no?=' }],
  ])('[FACE-COMPARED] that say what %j says pass', async (args, headers) => {
    const at = serverWith([PLAIN], [QUERY]);
    const carrier = call(at, 'query', args, headers);
    await turn();
    expect(carrier.answer1.result).toBeDefined();
    expect(calls(at)).toBe(1);
  });

  test.each<[unknown, Headers | undefined]>([
    [{ region: 'us' }, undefined],
    [{ region: 'us' }, { 'mcp-param-region': 'eu' }],
    [{ region: 'us' }, { 'mcp-param-region': 'US' }],
    [{ region: 'us' }, { 'mcp-param-region': '=?base64?dXM?=' }],
    [{ n: 1 }, { 'mcp-param-n': '2' }],
  ])(
    '[FACE-COMPARED] that do not say what %j says are refused, and nothing is called',
    async (args, headers) => {
      const at = serverWith([QUERY]);
      const carrier = call(at, 'query', args, headers);
      await turn();
      expect(carrier.answers[0]?.code).toBe(-32020);
      expect(carrier.answer1.error?.data?.code).toBe('header_mismatch');
      expect([calls(at), at.gateway.inFlight]).toEqual([0, 0]);
    },
  );

  test('[FACE-COMPARED] mean nothing to tools that want none, or whose schema is broken', async () => {
    const at = serverWith([PLAIN, BROKEN, { name: 7 }, QUERY]);
    for (const name of ['plain', 'broken', 'unheard-of']) call(at, name, { a: 1, region: 'us' });
    await turn();
    expect(calls(at)).toBe(3);
  });

  test('[FACE-COMPARED] go to a server that compares them itself as they came', async () => {
    const at = serverWith([QUERY]);
    at.driver.takesHeaders = true;
    const headers = { 'mcp-param-region': 'eu' };
    call(at, 'query', { region: 'us' }, headers);
    await turn();
    expect([lists(at), calls(at)]).toEqual([0, 1]);
    expect(at.driver.link.abouts.at(-1)?.paramHeaders).toEqual(headers);
  });

  test('[FACE-STAMPED] are made where the call has none and the server wants them', async () => {
    const at = serverWith([QUERY]);
    at.driver.takesHeaders = true;
    ask(at, { params: { name: 'query', arguments: { region: ' a', n: 5 } } });
    await turn();
    expect(at.driver.link.abouts.at(-1)).toMatchObject({
      target: 'query',
      paramHeaders: { 'mcp-param-region': '=?base64?IGE=?=', 'mcp-param-n': '5' },
    });
    expect(at.driver.link.last.method).toBe('tools/call');
  });

  test('[FACE-STAMPED] are of no use to a server that takes none', async () => {
    const at = serverWith([QUERY]);
    ask(at, { params: { name: 'query', arguments: { region: 'a' } } });
    await turn();
    expect([lists(at), calls(at)]).toEqual([0, 1]);
  });
});

describe('the list behind it', () => {
  test('[FACE-LISTED-ONCE] is asked for once by all who wait, in the words of the first', async () => {
    const at = serverWith([QUERY]);
    for (let sent = 0; sent < 5; sent++) call(at, 'query', { region: 'us' }, { 'mcp-param-region': 'us' });
    await turn();
    call(at, 'query', { region: 'us' }, { 'mcp-param-region': 'us' });
    await turn();
    expect([lists(at), calls(at)]).toEqual([1, 6]);
    const listed = at.driver.link.sent.find(({ method }) => method === 'tools/list');
    expect(listed?.params?.['_meta']).toMatchObject({
      'io.modelcontextprotocol/clientInfo': { name: 'c', version: '1' },
      'io.modelcontextprotocol/clientCapabilities': {},
    });
  });

  test('[FACE-LISTED-ONCE] is each caller\u2019s own', async () => {
    const at = serverWith([QUERY]);
    for (const principal of ['a', 'b', 'a']) call(at, 'plain', {}, undefined, principal);
    await turn();
    expect(lists(at)).toBe(2);
  });

  test('[FACE-LISTED-ONCE] holds for a minute, or until the tools change', async () => {
    const at = serverWith([QUERY, PLAIN]);
    const once = async () => {
      call(at, 'plain', {});
      await turn();
      return lists(at);
    };
    expect(await once()).toBe(1);
    at.runtime.advance(59_000);
    expect(await once()).toBe(1);
    at.runtime.advance(1_000);
    expect(await once()).toBe(2);
    at.driver.link.notifies('notifications/tools/list_changed');
    expect(await once()).toBe(3);
  });

  test('[FACE-LISTED-ONCE] is asked for again before a call is refused for an old one', async () => {
    const at = serverWith([QUERY]);
    call(at, 'plain', {});
    await turn();
    at.runtime.advance(2_000);
    at.driver.script = () => undefined;
    at.driver.answersCalls = false;
    const carrier = call(at, 'query', { region: 'us' });
    await turn();
    at.driver.link.answers(at.driver.link.last.id, { tools: [PLAIN] });
    at.driver.link.answers(at.driver.link.last.id, { ok: true });
    expect(carrier.answer1.result).toEqual({ ok: true });
  });

  test('[FACE-LISTED-ONCE] is asked for again for a tool that it lacks, but not more than once in a second', async () => {
    const at = serverWith([PLAIN]);
    const found: number[] = [];
    for (const wait of [0, 0, 999, 1, 500]) {
      at.runtime.advance(wait);
      call(at, 'query', {});
      await turn();
      found.push(lists(at));
    }
    expect(found).toEqual([1, 1, 1, 2, 2]);
  });

  test.each<[string, (at: { driver: FakeDriver }) => void]>([
    [
      'an error',
      ({ driver }) => (driver.script = (wire) => listed(wire, { error: { code: -32603, message: 'no' } })),
    ],
    [
      'no list',
      ({ driver }) => (driver.script = (wire) => listed(wire, { result: { resultType: 'complete' } })),
    ],
    [
      'no end',
      ({ driver }) => (driver.script = (wire) => listed(wire, { result: { tools: [], nextCursor: 'x' } })),
    ],
  ])('[FACE-LISTED-ONCE] that is %s fails no call', async (_what, breaks) => {
    const at = serverWith([QUERY]);
    breaks(at);
    const carrier = call(at, 'query', { region: 'us' });
    await turn();
    expect(carrier.answer1.result).toBeDefined();
    expect(lists(at)).toBeLessThanOrEqual(51);
    const before = lists(at);
    call(at, 'query', { region: 'us' });
    await turn();
    expect(lists(at)).toBe(before);
  });

  test('[FACE-LISTED-ONCE] that does not come holds a call up for five seconds', async () => {
    const at = serverWith([QUERY]);
    at.driver.script = undefined;
    at.driver.answersCalls = false;
    call(at, 'query', { region: 'us' });
    const gone = ask(at, { params: { name: 'query', arguments: {} }, facts: { hasHeaders: true } });
    await turn();
    gone.call.cancel('The client went away.');
    at.runtime.advance(4_999);
    expect(calls(at)).toBe(0);
    at.runtime.advance(1);
    expect(at.driver.link.methods).toEqual(['tools/list', 'notifications/cancelled', 'tools/call']);
  });

  test('[FACE-LISTED-ONCE] that the gateway does not wait for any more is the end of who waits', async () => {
    const at = serverWith([QUERY]);
    at.driver.answersCalls = false;
    at.driver.script = undefined;
    const carrier = call(at, 'query', { region: 'us' });
    await turn();
    await at.gateway.close();
    expect(carrier.answer1.error?.data?.code).toBe('draining');
    expect([calls(at), at.driver.links.length, at.runtime.timers]).toEqual([0, 1, 0]);
  });
});

function listed(
  { method }: Wire,
  answer: Pick<Wire, 'result' | 'error'>,
): Pick<Wire, 'result' | 'error'> | undefined {
  return method === 'tools/list' ? answer : undefined;
}
