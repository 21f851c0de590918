import { describe, expect, it, vi } from 'vitest';
import { OWN_META } from '../../../../src/engine/handshake.ts';
import { FakeDriver, readySession, turn, world, type Wire, type World } from '../support.ts';
import { ask, driverOf } from './support.ts';

const DISCOVERED = { result: { supportedVersions: ['2026-07-28'], capabilities: {} } };
const OLD = { error: { code: -32000, message: 'Bad Request: Server not initialized' } };

/** A server that was found to be modern, by a call that was answered. */
async function modern(mayRepeat = true): Promise<World> {
  const driver = new FakeDriver();
  driver.canBeModern = true;
  driver.mayRepeat = mayRepeat;
  driver.script = ({ method }) => (method === 'server/discover' ? DISCOVERED : { result: {} });
  const at = world({ server: { driver } });
  const { carrier } = ask(at);
  await turn();
  expect(carrier.answer1.result).toEqual({});
  expect(methods(at)).toEqual(['server/discover', 'tools/call']);
  return at;
}

function methods(at: World): (string | undefined)[] {
  return driverOf(at).links.flatMap((link) => link.methods);
}

describe('a modern server that changes its words', () => {
  it('[FINDERA-AGAIN] is asked again, and its call is served as it now speaks', async () => {
    const at = await modern();
    driverOf(at).script = ({ method }, link) => {
      if (link.context.era !== 'modern')
        return method === 'tools/call' ? { result: { content: [] } } : undefined;
      return OLD;
    };
    const { carrier } = ask(at);
    await turn();
    expect(methods(at).slice(2, 5)).toEqual(['tools/call', 'server/discover', 'initialize']);
    expect(at.server.eras.isModern({ principal: 'anybody' })).toBe(false);
    await vi.waitFor(() => expect(carrier.answer1.result).toMatchObject({ content: [] }));
  });

  it('[BRKS-NOT-TURNED] one that contradicts itself has its own error told, and gets no call twice', async () => {
    const at = await modern();
    driverOf(at).script = ({ method }: Wire) => (method === 'server/discover' ? DISCOVERED : OLD);
    const { carrier } = ask(at);
    await turn();
    expect(carrier.answer1.error).toEqual(OLD.error);
    // By link: the question had one of its own.
    expect(methods(at).slice(2)).toEqual(['tools/call', 'server/discover']);
    expect(carrier.answers[0]?.code).toBe(OLD.error.code);
  });

  it('[BRKS-NOT-TURNED] one that refuses without words, and is as before, gets no call twice', async () => {
    const at = await modern();
    driverOf(at).script = ({ method, id }: Wire, link) => {
      if (method === 'server/discover') return DISCOVERED;
      link.events.failed(Number(id), { code: 'http-status', message: 'It is 422.', isRefusal: true }, false);
      return undefined;
    };
    const { carrier } = ask(at);
    await turn();
    expect(carrier.answer1.error).toMatchObject({ message: 'It is 422.', data: { code: 'upstream_failed' } });
    expect(methods(at).slice(2)).toEqual(['tools/call', 'server/discover']);
  });

  it('[FINDERA-AGAIN] is asked again after a refusal without words', async () => {
    const at = await modern();
    driverOf(at).script = ({ method, id }: Wire, link) => {
      if (method === 'server/discover') return OLD;
      if (link.context.era !== 'modern')
        return method === 'tools/call' ? { result: { content: [] } } : undefined;
      link.events.failed(Number(id), { code: 'http-status', message: '400', isRefusal: true }, false);
      return undefined;
    };
    const { carrier } = ask(at);
    await turn();
    expect(methods(at).slice(2, 5)).toEqual(['tools/call', 'server/discover', 'initialize']);
    await vi.waitFor(() => expect(carrier.answer1.result).toMatchObject({ content: [] }));
  });

  it('[FINDERA-TWICE] does not get a call again that it may have carried out', async () => {
    const at = await modern(false);
    driverOf(at).script = () => undefined;
    const { carrier } = ask(at);
    await turn();
    driverOf(at).link.end();
    await turn();
    expect(carrier.answer1.error).toMatchObject({ data: { code: 'upstream_exited' } });
    expect(methods(at)).toEqual(['server/discover', 'tools/call', 'tools/call']);
    expect(at.server.eras.isModern({ principal: 'anybody' })).toBeUndefined();
  });
});

describe('a server whose process ends under legacy clients', () => {
  it.each([
    [true, undefined],
    [undefined, undefined],
    [false, true],
  ])(
    '[BRKS-TURNED] is asked for its words again, unless the next one finds out: %s',
    async (isLegacy, then) => {
      const driver = new FakeDriver();
      driver.canBeModern = true;
      const at = world({ server: { driver } });
      await readySession(at);
      at.server.eras.learnt({ principal: 'anybody' }, { isModern: true });
      if (isLegacy === false) at.server.eras.learnt({ principal: 'anybody' }, { isLegacy });
      driver.link.end();
      expect(at.server.eras.isModern({ principal: 'anybody' })).toBe(then);
    },
  );
});

describe('a far server that does not say which words it understands', () => {
  async function silent(): Promise<{ at: World; made: ReturnType<typeof ask> }> {
    const driver = new FakeDriver();
    Object.assign(driver, { canBeModern: true, mayRepeat: true, answersHello: false });
    const at = world({ server: { driver } });
    const made = ask(at);
    await turn();
    at.runtime.advance(5_000);
    await turn();
    return { at, made };
  }

  it('[BRKS-NO-DISCOVER] is spoken to in legacy words, and is known by them from then on', async () => {
    const { at, made } = await silent();
    expect(methods(at)).toEqual(['server/discover', 'initialize']);
    driverOf(at).script = ({ method }) => (method === 'tools/call' ? { result: { content: [] } } : undefined);
    driverOf(at).link.answers(driverOf(at).link.last.id, driverOf(at).handshake);
    await vi.waitFor(() => expect(made.carrier.answers).toHaveLength(1));
    expect(made.carrier.answer1.result).toMatchObject({ content: [] });
    expect(at.server.eras.shown).toMatchObject({ era: 'legacy' });
  });

  it('[BRKS-NO-DISCOVER] is told of in bounds where it understands neither', async () => {
    const { at, made } = await silent();
    for (let waits = 0; waits < 20; waits++) {
      at.runtime.advance(2_000);
      await turn();
    }
    expect(made.carrier.answer1.error).toMatchObject({ data: { code: 'upstream_start_timeout' } });
  });
});

describe('what the gateway asks of a modern server', () => {
  it('[FARERA-OWN] says who asks', async () => {
    const at = await modern();
    const tools = [{ name: 't', annotations: { readOnlyHint: true } }];
    const lists = [{ tools: [], nextCursor: 'more' }, { tools }];
    let calls = 0;
    driverOf(at).script = ({ method, id }: Wire, link) => {
      if (method === 'tools/list') return { result: lists.shift() ?? {} };
      if (calls++ > 0) return { result: { again: true } };
      link.events.failed(Number(id), { code: 'cut', message: 'Cut.', isRecoverable: true }, false);
      return undefined;
    };
    const { carrier } = ask(at);
    await turn();
    expect(carrier.answer1.result).toEqual({ again: true });
    const asked = driverOf(at).link.sent.filter(({ method }) => method === 'tools/list');
    expect(asked.map(({ params }) => params)).toEqual([
      { _meta: OWN_META },
      { cursor: 'more', _meta: OWN_META },
    ]);
    expect(OWN_META['io.modelcontextprotocol/clientInfo'].name).toBe('sluice');
  });
});
