import { describe, expect, it } from 'vitest';
import { type EraRule, Eras } from '../../../../src/engine/bridge/eras.ts';
import { message, FakeDriver, FakeRuntime, turn, type Wire } from '../support.ts';

const ME = { principal: 'me' };
const META = {
  'io.modelcontextprotocol/protocolVersion': '2026-07-28',
  'io.modelcontextprotocol/clientInfo': { name: 'sluice', version: expect.any(String) as string },
  'io.modelcontextprotocol/clientCapabilities': {},
};

interface Said {
  readonly result?: unknown;
  readonly error?: { readonly code: number; readonly message: string; readonly data?: unknown };
}

const discovered = (...supportedVersions: string[]): Said => ({
  result: { supportedVersions, capabilities: {} },
});
const unknown = (...supported: string[]): Said => ({
  error: { code: -32022, message: 'no', data: { supported, requested: 'x' } },
});

/** As a script says it. */
const found = (...versions: string[]) => discovered(...versions) as Pick<Wire, 'result' | 'error'>;

interface Setup {
  readonly said?: Said;
  readonly rule?: EraRule;
  readonly mayRepeat?: boolean;
  readonly forwardHeaders?: readonly string[];
}

function setup({ said, rule = 'auto', mayRepeat = false, forwardHeaders = [] }: Setup = {}) {
  const driver = new FakeDriver();
  const runtime = new FakeRuntime();
  driver.canBeModern = true;
  driver.mayRepeat = mayRepeat;
  driver.script = () => said as Pick<Wire, 'result' | 'error'>;
  const numbers = { next: 5 };
  const times = { startMs: 30_000, probeMs: 5_000, eraMs: 600_000 };
  const eras = new Eras({ driver, rule, forwardHeaders, numbers, runtime, ...times });
  return { driver, runtime, eras };
}

describe('finding out which words a server understands', () => {
  it('[FINDERA-ASK] asks once for all, on a link that is then closed', async () => {
    const { driver, eras } = setup({ said: discovered('2026-07-28') });
    expect(eras.isModern(ME)).toBeUndefined();
    expect(await Promise.all([eras.find(ME), eras.find({ principal: 'other' })])).toEqual([true, true]);
    expect(eras.isModern(ME)).toBe(true);
    expect(await eras.find(ME)).toBe(true);
    const [link] = driver.links;
    expect(driver.links).toHaveLength(1);
    expect(link?.sent).toEqual([
      { jsonrpc: '2.0', id: 5, method: 'server/discover', params: { _meta: META } },
    ]);
    expect(link?.abouts).toEqual([{ method: 'server/discover', target: undefined }]);
    expect(link?.context).toMatchObject({ principal: 'me', era: 'modern', isProbe: true });
    expect(driver.alive).toBe(0);
  });

  it.each([
    [discovered('2026-07-28'), 'modern', []],
    [discovered('2025-11-25', '2026-07-28', '2025-06-18'), 'dual', ['2025-06-18', '2025-11-25']],
    [unknown('2027-01-01', '2026-07-28'), 'modern', []],
  ])('[FINDERA-MODERN] takes %j for %s', async (said, era, versions) => {
    const { eras, runtime } = setup({ said });
    expect(await eras.find(ME)).toBe(true);
    expect(eras.shown).toEqual({ era, since: runtime.now() });
    expect(eras.versions(ME)).toEqual(versions);
    expect(eras.isLegacy(ME)).toBe(era === 'dual' ? true : undefined);
  });

  it.each<[Said]>([
    [discovered('2025-11-25')],
    [unknown('2025-11-25')],
    [unknown()],
    [{ error: { code: -32022, message: 'no', data: null } }],
    [{ error: { code: -32601, message: 'Method not found' } }],
    [{ result: { tools: [] } }],
    [{ result: 'rubbish' }],
  ])('[FINDERA-LEGACY] takes %j for legacy words', async (said) => {
    const { eras } = setup({ said });
    expect(await eras.find(ME)).toBe(false);
    expect(eras.isModern(ME)).toBe(false);
    expect(eras.isLegacy(ME)).toBe(true);
    expect(eras.shown).toMatchObject({ era: 'legacy' });
  });

  it('[FINDERA-LEGACY] takes the end of the process, and a bare refusal, for legacy words', async () => {
    const own = setup();
    const found = own.eras.find(ME);
    await turn();
    own.driver.link.says({ jsonrpc: '2.0', method: 'notifications/message', params: {} });
    own.driver.link.end();
    expect(await found).toBe(false);
    const far = setup({ mayRepeat: true });
    const asked = far.eras.find(ME);
    await turn();
    const fault = { code: 'http-status', message: '400', isRefusal: true };
    far.driver.link.events.failed(5, fault, false);
    expect(await asked).toBe(false);
    expect(far.driver.alive).toBe(0);
  });

  it('[FINDERA-SILENT] waits for the answer in bounds, from when the link is open', async () => {
    const { driver, runtime, eras } = setup();
    driver.isHeld = true;
    let found: boolean | undefined;
    void eras.find(ME).then((isModern) => (found = isModern));
    runtime.advance(20_000);
    driver.release();
    await turn();
    runtime.advance(4_999);
    await turn();
    expect(found).toBeUndefined();
    runtime.advance(1);
    await turn();
    expect(found).toBe(false);
    expect(driver.alive).toBe(0);
    expect(runtime.timers).toBe(0);
  });

  it('[FINDERA-SILENT] learns nothing from the silence of a far server', async () => {
    const { driver, runtime, eras } = setup({ mayRepeat: true });
    const found = eras.find(ME);
    await turn();
    runtime.advance(5_000);
    await expect(found).rejects.toMatchObject({ fault: { code: 'silent' } });
    expect(eras.isModern(ME)).toBeUndefined();
    expect(eras.shown).toEqual({ era: 'unknown' });
    expect(driver.alive).toBe(0);
  });

  it('[FINDERA-OUTAGE] says so when the server cannot be reached, and asks again the next time', async () => {
    const { driver, runtime, eras } = setup({ mayRepeat: true, said: discovered('2026-07-28') });
    driver.fault = { code: 'unreachable', message: 'Away.' };
    await expect(eras.find(ME)).rejects.toMatchObject({ fault: { code: 'unreachable' } });
    driver.fault = undefined;
    driver.script = () => undefined;
    for (const code of ['unauthorized', 'busy', 'cut']) {
      const found = eras.find(ME);
      await turn();
      driver.link.events.failed(1, { code, message: 'x' }, false);
      await expect(found).rejects.toMatchObject({ fault: { code } });
    }
    const lost = eras.find(ME);
    await turn();
    driver.link.end({ code: 'closed', message: 'x' });
    await expect(lost).rejects.toMatchObject({ fault: { code: 'closed' } });
    driver.isHeld = true;
    const late = eras.find(ME);
    runtime.advance(30_000);
    await expect(late).rejects.toMatchObject({ fault: { code: 'silent' } });
    expect(driver.signals.at(-1)?.aborted).toBe(true);
    driver.release();
    await turn();
    expect(driver.alive).toBe(0);
    driver.script = () => found('2026-07-28');
    expect(await eras.find(ME)).toBe(true);
  });

  it('[FINDERA-TIME] holds for a time', async () => {
    const { driver, runtime, eras } = setup({ said: discovered('2026-07-28') });
    await eras.find(ME);
    runtime.advance(599_999);
    expect(eras.isModern(ME)).toBe(true);
    runtime.advance(1);
    expect(eras.isModern(ME)).toBeUndefined();
    expect(eras.shown).toEqual({ era: 'unknown' });
    driver.script = () => found('2025-11-25');
    expect(await eras.find(ME)).toBe(false);
  });

  it('[FINDERA-CALLER] tells callers apart by what of their headers the server is told', async () => {
    const { driver, eras } = setup({ said: discovered('2026-07-28'), forwardHeaders: ['authorization'] });
    const a = { principal: 'a', forwarded: { authorization: 'A', 'cdn-loop': 'x' } };
    await eras.find(a);
    expect(driver.link.context.forwarded).toEqual({ authorization: 'A', 'cdn-loop': 'x' });
    expect(eras.isModern({ principal: 'b', forwarded: { authorization: 'A', 'cdn-loop': 'y' } })).toBe(true);
    expect(eras.isModern({ principal: 'a', forwarded: { authorization: 'B' } })).toBeUndefined();
    expect(eras.isModern({ principal: 'a' })).toBeUndefined();
    expect(setup().eras.isModern({ principal: 'a', forwarded: { authorization: 'A' } })).toBeUndefined();
  });

  it('[FINDERA-MANY] remembers a thousand callers', async () => {
    const { eras } = setup({ said: discovered('2026-07-28'), forwardHeaders: ['authorization'] });
    const caller = (n: number) => ({ principal: 'a', forwarded: { authorization: `key ${n}` } });
    for (let n = 0; n <= 1_000; n++) await eras.find(caller(n));
    expect(eras.isModern(caller(0))).toBeUndefined();
    expect(eras.isModern(caller(1))).toBe(true);
    expect(eras.isModern(caller(1_000))).toBe(true);
  });

  it('[FINDERA-RULE] asks nothing where the entry says it, or the carrier cannot', async () => {
    for (const [rule, isModern] of [['modern', true] as const, ['legacy', false] as const]) {
      const { driver, eras } = setup({ rule });
      expect(await eras.find(ME)).toBe(isModern);
      eras.learnt(ME, { isModern: !isModern });
      expect(eras.shown).toEqual({ era: rule });
      expect(eras.isLegacy(ME)).toBe(!isModern);
      expect(driver.opens).toBe(0);
    }
    const { driver, eras } = setup();
    driver.canBeModern = false;
    expect(await eras.find(ME)).toBe(false);
    expect(driver.opens).toBe(0);
  });

  it('[FINDERA-ROOM] makes do with legacy words where no process is to be had for the question', async () => {
    const { driver, eras } = setup();
    driver.fault = { code: 'too-many-processes', message: 'Full.' };
    await expect(eras.find(ME)).rejects.toMatchObject({ fault: { code: 'too-many-processes' } });
    eras.learnt(ME, { isLegacy: true });
    expect(await eras.find(ME)).toBe(false);
    expect(eras.isModern(ME)).toBeUndefined();
    driver.fault = undefined;
    driver.script = () => found('2026-07-28');
    expect(await eras.find(ME)).toBe(true);
    expect(eras.shown).toMatchObject({ era: 'dual' });
  });

  it.each([
    [{ code: -32022, message: 'x', data: { supported: ['2025-11-25'] } }, true],
    [{ code: -32000, message: 'Bad Request: Server not initialized' }, true],
    [{ code: -32000, message: 'Bad Request: Mcp-Session-Id header is required' }, true],
    [{ code: -32000, message: 'Bad Request: Unsupported protocol version: 2026-07-28 (supported …)' }, true],
    [{ code: -32600, message: 'Bad Request: Missing session ID' }, true],
    [{ code: -32022, message: 'x', data: { supported: ['2026-07-28'] } }, false],
    [{ code: -32022, message: 'x' }, false],
    [{ code: -32602, message: 'The session you named is not initialized.' }, false],
    [{ code: -32601, message: 'Method not found' }, false],
  ])('[FINDERA-AGAIN] after %j forgets what was found: %s', async (error, isForgotten) => {
    const { eras } = setup({ said: discovered('2026-07-28') });
    await eras.find(ME);
    expect(eras.answered(ME, message({ jsonrpc: '2.0', id: 1, error }))).toBe(isForgotten);
    expect(eras.isModern(ME)).toBe(isForgotten ? undefined : true);
  });

  it('[BRKS-REFUSES-ALL] is doubted once in a while, not at each refusal', async () => {
    const { driver, runtime, eras } = setup({ said: discovered('2025-11-25') });
    for (let refusals = 0; refusals < 5; refusals++) {
      eras.doubt(ME);
      expect(await eras.find(ME)).toBe(false);
    }
    expect(driver.opens).toBe(1);
    runtime.advance(10_000);
    eras.doubt(ME);
    driver.script = () => found('2026-07-28');
    expect(await eras.find(ME)).toBe(true);
    expect(driver.opens).toBe(2);
  });

  it('[BRKS-NO-DISCOVER] where legacy words are known to do, silence leaves it at them', async () => {
    const { driver, runtime, eras } = setup({ mayRepeat: true });
    eras.learnt(ME, { isLegacy: true });
    const found = eras.find(ME);
    await turn();
    runtime.advance(5_000);
    expect(await found).toBe(false);
    expect(await eras.find(ME)).toBe(false);
    expect(driver.opens).toBe(1);
    expect(eras.shown).toMatchObject({ era: 'legacy' });
  });

  it.each([-32603, -32000])('[BRKS-INTERNAL] takes %i for what it is', async (code) => {
    const { eras } = setup({ said: discovered('2026-07-28') });
    await eras.find(ME);
    const words = code === -32603 ? 'Server not initialized' : 'Not initialized: the data base';
    const error = { code, message: words };
    expect(eras.answered(ME, message({ jsonrpc: '2.0', id: 1, error }))).toBe(false);
    expect(eras.isModern(ME)).toBe(true);
  });

  it('[BRKS-STRANGE-ANSWER] waits for the answer to what it asked', async () => {
    const { driver, eras } = setup();
    const asked = eras.find(ME);
    await turn();
    driver.link.answers(4, { supportedVersions: [] });
    driver.link.answers('5', {});
    driver.link.asks(5, 'ping');
    driver.link.answers(5, { supportedVersions: ['2026-07-28'] });
    expect(await asked).toBe(true);
  });

  it('[FINDERA-RESTART] shows what was found last, of whichever caller', async () => {
    const { runtime, eras } = setup({ said: discovered('2026-07-28'), forwardHeaders: ['authorization'] });
    const caller = (key: string) => ({ principal: 'a', forwarded: { authorization: key } });
    await eras.find(caller('a'));
    await eras.find(caller('b'));
    runtime.advance(1);
    eras.learnt(caller('a'), { isModern: false, isLegacy: true });
    expect(eras.shown).toMatchObject({ era: 'legacy' });
  });
});
