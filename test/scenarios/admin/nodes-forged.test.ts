/** Whoever may write to what nodes share, and what that is good for: nothing an operator may do. */
import { afterEach, expect, it, vi } from 'vitest';
import { Seals, type StateOptions } from '../../../src/access/seals.ts';
import type { Seal } from '../../../src/engine/ports-era.ts';
import { HubBus } from '../../../src/backplanes/memory-hub-bus.ts';
import { decodeFrame, encodeFrame, KIND } from '../../../src/edges/relay/frames.ts';
import { Letters } from '../../../src/edges/relay/letters.ts';
import { nodeRuntime } from '../../../src/edges/node/runtime.ts';
import type { Visit } from '../../../src/edges/http/front.ts';
import { type HubDesks, withHubDesks } from './hub-desks.ts';

afterEach(() => void vi.restoreAllMocks());

const PATIENT = { timeout: 10_000 };
const STATE = { keys: [{ id: 'k', secret: '0123456789abcdef'.repeat(4) }] };
const random = (length: number) => crypto.getRandomValues(new Uint8Array(length));
const RESTART = '/admin/api/servers/fixture/restart';

/** A stranger on the bus: what it says is answered to it. */
function stranger({ hub }: HubDesks) {
  const { bus } = hub.node(nodeRuntime, { name: 'evil' });
  const answers = new Map<number, string>();
  bus.listen({
    received: (_from, data) => {
      const { kind, number, word, bytes } = decodeFrame(data);
      if (kind === KIND.reply) answers.set(number, `${word} ${new TextDecoder().decode(bytes)}`);
    },
    broken: () => undefined,
    announced: () => undefined,
  });
  let number = 0;
  const say = async (texts: readonly string[], to = 'n1') => {
    const own = ++number;
    bus.send(to, encodeFrame(KIND.operate, own, { texts }));
    await expect.poll(() => answers.get(own), PATIENT).toBeDefined();
    return answers.get(own) ?? '';
  };
  return { say };
}

const sealOf = (state: StateOptions): Seal => new Seals(state, random);

/** As a node writes one. */
function letter(
  method: string,
  path: string,
  { query = '', node = 'evil', seal = sealOf(STATE) } = {},
): string[] {
  const request = { method, path, query, header: () => undefined };
  const visit = { request, caller: { principal: 'operator#k-12345678' }, address: '::1' } as unknown as Visit;
  return new Letters({ node, seal, runtime: nodeRuntime }).write('n1', visit, new Uint8Array(0));
}

/** All that is said between nodes, and who said it. */
function overheard() {
  const all: { bus: HubBus; to: string; data: Uint8Array }[] = [];
  const original = HubBus.prototype.send;
  vi.spyOn(HubBus.prototype, 'send').mockImplementation(function (this: HubBus, to, data) {
    all.push({ bus: this, to, data: data.slice() });
    return original.call(this, to, data);
  });
  return all;
}

it('[ANYNODE-PROVEN] letters without a seal, or with one that is not of these nodes, do nothing', async () => {
  await withHubDesks({}, async (desks) => {
    const { say } = stranger(desks);
    const other = { keys: [{ id: 'k', secret: 'f'.repeat(64) }] };
    const [number = '', piece = ''] = letter('POST', RESTART);
    const forged = [
      ['1', btoa(JSON.stringify({ method: 'POST', path: RESTART, operator: 'operator#k-12345678' }))],
      letter('POST', RESTART, { seal: sealOf(other) }),
      // Sealed by a node, and said to be of another one, or to come later.
      letter('POST', RESTART, { node: 'n0' }),
      ['9', piece],
      [number, piece, piece],
      [number, `${piece.slice(0, -4)}AAAA`],
      [number, ...Array.from({ length: 100 }, () => piece)],
      [],
    ];
    for (const texts of forged) expect(await say(texts)).toMatch(/^502 .*node_unproven/);
    expect(desks.far.recorder.of('operated')).toEqual([]);
    const told = desks.far.recorder.of('refused').filter(({ code }) => code === 'node_unproven');
    expect([told.length, told[0]?.message]).toEqual([forged.length, expect.stringContaining('(evil)')]);
    // With the keys it is done: what is refused above is refused for its seal.
    expect(await say([number, piece])).toMatch(/^200 /);
  });
});

it('[ANYNODE-PROVEN] the secret on which nodes agreed proves nothing: whoever reads there has it, too', async () => {
  await withHubDesks({ state: {} }, async (desks) => {
    const { seal } = desks.far.gateway.context;
    if (!seal) throw new Error('A node has something to seal with.');
    expect(await stranger(desks).say(letter('POST', RESTART, { seal }))).toMatch(/^502 .*node_unproven/);
    expect(desks.far.recorder.of('operated')).toEqual([]);
  });
});

it('[ANYNODE-PROVEN] a letter that was overheard is good once, at one node', async () => {
  await withHubDesks({}, async (desks) => {
    const { near, far } = desks;
    const all = overheard();
    expect((await near.ask('servers/fixture/restart?node=n1', { method: 'POST' })).status).toBe(200);
    const said = all.find(({ data }) => decodeFrame(data).kind === KIND.operate);
    const { texts } = decodeFrame(said?.data ?? new Uint8Array(0));
    expect(new TextDecoder().decode(said?.data)).not.toContain('restart');
    const { say } = stranger(desks);
    expect(await say(texts)).toMatch(/^502 .*node_unproven/);
    expect(await say(texts, 'n0')).toMatch(/^502 .*node_unproven/);
    // In the name of the node that wrote it.
    said?.bus.send('n1', encodeFrame(KIND.operate, 4_000, { texts }));
    await expect
      .poll(() => far.recorder.of('refused').map(({ message }) => message), PATIENT)
      .toContainEqual(expect.stringContaining('(n0)'));
    expect(far.recorder.of('operated')).toHaveLength(1);
    expect((await near.ask('overview?node=n1')).status).toBe(200);
  });
});

it('[ANYNODE-HOP] [AFAR-PATH] a letter leads no further, and to nothing but what is of one node', async () => {
  await withHubDesks({}, async (desks) => {
    const { say } = stranger(desks);
    expect(await say(letter('GET', '/admin/api/overview', { query: 'node=n0' }))).toMatch(
      /^200 .*"node":"n1"/,
    );
  });
  for (const path of [
    '/admin/api/keys',
    '/admin/api/logs/../keys',
    '/admin/servers/fixture/mcp',
    '/mcp',
    '/none',
  ])
    await withHubDesks({}, async (desks) => {
      expect(await stranger(desks).say(letter('GET', path)), path).toMatch(/^400 .*invalid_request/);
    });
});

it('[ANYNODE-ANSWER] an answer that is forged sets no cookie, leads nowhere and is no page', async () => {
  await withHubDesks({}, async ({ near }) => {
    const original = HubBus.prototype.send;
    const forged = { word: 302, amount: 6, bytes: new TextEncoder().encode('<body>') };
    const texts = ['content-type', 'text/html', 'set-cookie', 'a=b', 'location', '//evil.example'];
    texts.push('Refresh', '0;url=//evil.example', 'content-disposition', 'inline', 'retry-after', '1, 2');
    vi.spyOn(HubBus.prototype, 'send').mockImplementation(function (this: HubBus, to, data) {
      const { kind, number } = decodeFrame(data);
      const isAnswer = to === 'n0' && kind === KIND.reply;
      return original.call(this, to, isAnswer ? encodeFrame(KIND.reply, number, { ...forged, texts }) : data);
    });
    const answer = await near.ask('overview?node=n1');
    const head = Object.fromEntries(answer.headers);
    expect(answer.status).toBe(302);
    expect(head).toMatchObject({ 'content-type': 'application/json', 'x-content-type-options': 'nosniff' });
    for (const name of ['set-cookie', 'location', 'refresh', 'content-disposition', 'retry-after'])
      expect(head, name).not.toHaveProperty(name);
  });
});
