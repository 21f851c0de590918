import { describe, expect, test } from 'vitest';
import { META_KEYS } from '../../../../src/protocol/era.ts';
import { type Has, Lister } from '../merge/support.ts';
import { ACCEPTED, asks, comesBack, FORM, QUESTION, seatWorld, sentOf } from './support.ts';

/** Two legacy servers as one mount. */
function merged(a: Has, b: Has) {
  const at = seatWorld();
  const drivers = { a: new Lister(a, 'a'), b: new Lister(b, 'b') };
  const members = (['a', 'b'] as const).map((name) => ({
    server: at.gateway.addServer({ name, driver: drivers[name] }),
  }));
  return { ...at, ...drivers, mount: at.gateway.merge({ name: '/', members }) };
}

describe('a modern client at several legacy servers seen as one', () => {
  test('[SEAT-MERGED] is told what they are together, and what all of them have', async () => {
    const at = merged({ tools: ['x', 'y'] }, { tools: ['y', 'z'] });
    const { mount } = at;
    const discovered = await asks(at, { mount, method: 'server/discover', params: {} });
    expect(discovered.result).toMatchObject({ capabilities: { tools: { listChanged: true } } });
    const { result } = await asks(at, { mount, method: 'tools/list', params: {} });
    expect(result).toMatchObject({ resultType: 'complete', ttlMs: 0, cacheScope: 'private' });
    const tools = result?.['tools'] as { name: string }[];
    expect(tools.map(({ name }) => name)).toEqual(['x', 'a__y', 'b__y', 'z']);
  });

  test('[SEAT-MERGED] has its calls done by who has what they are about, and is asked by that one', async () => {
    const at = merged({ tools: ['x', 'y'] }, { tools: ['y', 'z'] });
    const { mount } = at;
    at.b.script = (({ method }) =>
      method === 'tools/list'
        ? { result: { tools: [{ name: 'y' }, { name: 'z' }] } }
        : undefined) as Lister['script'];
    const caller = await asks(at, { mount, can: FORM, params: { name: 'b__y', arguments: { n: 1 } } });
    const link = at.b.links.find((one) => sentOf(one, 'tools/call').length > 0);
    if (!link) throw new Error('The call did not reach its server.');
    expect(link.last.params).toEqual({ name: 'y', arguments: { n: 1 } });
    const id = link.last.id;
    link.asks('q', 'elicitation/create', QUESTION);
    at.runtime.advance(5);
    const params = { name: 'b__y', arguments: { n: 1 } };
    const answers = { [caller.input.keys[0] as string]: ACCEPTED };
    const back = await comesBack(at, caller.input, answers, { mount, params });
    expect(link.last).toMatchObject({ id: 'q', result: ACCEPTED });
    link.answers(id, { content: [] });
    expect(back.result).toMatchObject({ content: [], resultType: 'complete' });
  });

  test('[SEAT-MERGED] reads what is not there in the numbers of its era', async () => {
    const at = merged({ resources: ['a:x'] }, {});
    const params = { uri: 'b:y' };
    const { answers } = await asks(at, { mount: at.mount, method: 'resources/read', params });
    expect(answers[0]).toMatchObject({ code: -32602 });
  });

  test('[SEAT-MERGED] hears log lines of the server that has its tool', async () => {
    const at = merged({ tools: ['x'] }, { tools: ['z'] });
    at.a.script = (({ method }) =>
      method === 'tools/list' ? { result: { tools: [{ name: 'x' }] } } : undefined) as Lister['script'];
    const meta = { [META_KEYS.logLevel]: 'info' };
    const caller = await asks(at, { mount: at.mount, params: { name: 'x' }, meta });
    const link = at.a.links.find((one) => sentOf(one, 'tools/call').length > 0);
    expect(link?.calls.map(({ method }) => method)).toContain('logging/setLevel');
    link?.notifies('notifications/message', { level: 'info', data: 'a' });
    link?.notifies('notifications/message', { level: 'debug', data: 'b' });
    expect(caller.events.map(({ params }) => params?.['data'])).toEqual(['a']);
  });
});
