/** The features, shown by `@modelcontextprotocol/server-everything` over stdio. */
import { randomBytes } from 'node:crypto';
import { gunzipSync } from 'node:zlib';
import { expect } from 'vitest';
import type { Params, Peer, Progress } from '../peer.ts';
import { expectUnique, failure, itemsOf, ROOT, type Runs } from './cell.ts';

const DOCUMENT = 'demo://resource/static/document/architecture.md';
const FIRST = 'demo://resource/dynamic/text/1';
const SECOND = 'demo://resource/dynamic/text/2';

export const everythingRuns: Runs = {
  async initialize(peer, client) {
    expect(peer.hello['protocolVersion']).toBe(client.version);
    expect(peer.hello['serverInfo']).toMatchObject({ name: 'mcp-servers/everything' });
    expect(peer.hello['instructions']).toContain('Everything Server');
    expect(peer.capabilities).toMatchObject({
      tools: { listChanged: true },
      resources: { subscribe: true, listChanged: true },
      prompts: { listChanged: true },
      logging: {},
    });
  },

  /** The server offers some tools only to clients with the capabilities: it knows the client's own hello. */
  async toolsList(peer, client) {
    await peer.announced('notifications/tools/list_changed');
    const names = itemsOf(await peer.pages('tools/list'), 'tools', 'name');
    expectUnique(names);
    expect(names).toEqual(expect.arrayContaining(['echo', 'get-sum', 'get-roots-list']));
    expect(names.includes('trigger-elicitation-request')).toBe('elicitation' in client.capabilities);
  },

  async toolsCall(peer) {
    expect(await peer.text('echo', { message: 'grüezi \u{1f30a}' })).toBe('Echo: grüezi \u{1f30a}');
    expect(await peer.text('get-sum', { a: 2, b: 40 })).toContain('42');
  },

  async structured(peer) {
    await peer.pages('tools/list');
    const result = await peer.call('get-structured-content', { location: 'Chicago' });
    expect(result['structuredContent']).toEqual({
      temperature: 36,
      conditions: 'Light rain / drizzle',
      humidity: 82,
    });
  },

  async resourcesList(peer) {
    const uris = itemsOf(await peer.pages('resources/list'), 'resources', 'uri');
    expectUnique(uris);
    expect(uris).toContain(DOCUMENT);
  },

  async resourcesRead(peer) {
    expect(await read(peer, DOCUMENT)).toMatchObject({ uri: DOCUMENT, mimeType: 'text/markdown' });
    const { blob } = await read(peer, 'demo://resource/dynamic/blob/7');
    expect(Buffer.from(String(blob), 'base64').toString()).toMatch(/^Resource 7: /);
  },

  async templates(peer) {
    const { resourceTemplates } = await peer.ask('resources/templates/list');
    expect(resourceTemplates).toHaveLength(2);
    expect((await read(peer, 'demo://resource/dynamic/text/42'))['text']).toMatch(/^Resource 42: /);
  },

  async subscribe(peer) {
    const before = peer.notifications.length;
    await peer.ask('resources/subscribe', { uri: FIRST });
    await peer.call('toggle-subscriber-updates');
    await peer.announced('notifications/resources/updated', isAbout(FIRST), before);
    await peer.call('toggle-subscriber-updates');
    await peer.ask('resources/unsubscribe', { uri: FIRST });
  },

  async unsubscribe(peer) {
    await peer.ask('resources/subscribe', { uri: FIRST });
    await peer.ask('resources/subscribe', { uri: SECOND });
    await peer.ask('resources/unsubscribe', { uri: FIRST });
    const before = peer.notifications.length;
    await peer.call('toggle-subscriber-updates');
    await peer.announced('notifications/resources/updated', isAbout(SECOND), before);
    const told = peer.notifications.slice(before).map(({ params }) => params['uri']);
    expect(told).not.toContain(FIRST);
    await peer.call('toggle-subscriber-updates');
    await peer.ask('resources/unsubscribe', { uri: SECOND });
  },

  async promptsList(peer) {
    const names = itemsOf(await peer.pages('prompts/list'), 'prompts', 'name');
    expect(names.sort()).toEqual(['args-prompt', 'completable-prompt', 'resource-prompt', 'simple-prompt']);
  },

  async promptsGet(peer) {
    const { messages } = await peer.ask('prompts/get', { name: 'args-prompt', arguments: { city: 'Bern' } });
    expect(messages).toMatchObject([{ content: { text: "What's weather in Bern?" } }]);
  },

  async completion(peer) {
    const { completion } = await peer.ask('completion/complete', {
      ref: { type: 'ref/prompt', name: 'completable-prompt' },
      argument: { name: 'department', value: 'S' },
    });
    expect((completion as Params)['values']).toEqual(['Sales', 'Support']);
  },

  async progress(peer) {
    const steps = 4;
    const values: Progress[] = [];
    const before = peer.messages.length;
    const args = { duration: 0.1, steps };
    const onprogress = (each: Progress) => void values.push({ ...each });
    const text = await peer.text('trigger-long-running-operation', args, { onprogress });
    expect(text).toContain(`Steps: ${steps}`);
    const all = [1, 2, 3, 4].map((progress) => ({ progress, total: steps }));
    expect(values).toEqual(all.slice(0, values.length));
    const told = peer.messages.slice(before).filter(({ method }) => method === 'notifications/progress');
    expect(told.map(({ params }) => params?.['progress'])).toEqual([1, 2, 3, 4]);
    // The server may say something of its own after that.
    const last = peer.messages.findLastIndex(({ method }) => method === 'notifications/progress');
    expect(peer.messages.slice(last).some(({ result }) => result !== undefined)).toBe(true);
  },

  cancellation: { na: 'server-everything does not tell whether it was cancelled' },

  async logging(peer) {
    const before = peer.notifications.length;
    await peer.ask('resources/subscribe', { uri: FIRST });
    const told = await peer.announced('notifications/message', isReceipt, before);
    expect(told['level']).toBe('info');
    await peer.ask('resources/unsubscribe', { uri: FIRST });
  },

  async setLevel(peer) {
    await peer.ask('logging/setLevel', { level: 'critical' });
    const before = peer.notifications.length;
    await peer.ask('resources/subscribe', { uri: FIRST });
    await peer.ask('logging/setLevel', { level: 'debug' });
    await peer.ask('resources/unsubscribe', { uri: FIRST });
    await peer.announced('notifications/message', isReceipt, before);
    const told = peer.notifications.slice(before).filter(({ params }) => isReceipt(params));
    expect(told.map(({ params }) => String(params['data']).includes('Unsubscribe'))).toEqual([true]);
  },

  async toolsChanged(peer) {
    await peer.announced('notifications/tools/list_changed');
  },

  async resourcesChanged(peer) {
    const before = peer.notifications.length;
    const data = `data:text/plain;base64,${Buffer.from('hello').toString('base64')}`;
    await peer.call('gzip-file-as-resource', { name: 'hello.gz', data, outputType: 'resource' });
    await peer.announced('notifications/resources/list_changed', () => true, before);
  },

  promptsChanged: { na: 'the prompts of server-everything never change' },

  async pingServer(peer) {
    expect(await peer.ask('ping')).toEqual({});
  },

  pingClient: { na: 'server-everything does not ping' },

  async sampling(peer) {
    const content = { type: 'text', text: 'The river is calm.' };
    const answer = { model: 'm', role: 'assistant', content: content as never };
    peer.answers.set('sampling/createMessage', () => answer);
    const text = await peer.text('trigger-sampling-request', { prompt: 'How is the river?', maxTokens: 7 });
    expect(text).toContain('The river is calm.');
    expect(peer.lastQuestion('sampling/createMessage')).toMatchObject({ maxTokens: 7, temperature: 0.7 });
  },

  async elicitationForm(peer) {
    const content = { name: 'Ada', check: true, integer: 7 } as never;
    peer.answers.set('elicitation/create', () => ({ action: 'accept', content }));
    const { content: blocks } = await peer.call('trigger-elicitation-request');
    expect(blocks?.[1]?.text).toContain('- Name: Ada');
    peer.answers.set('elicitation/create', () => ({ action: 'decline' }));
    expect(await peer.text('trigger-elicitation-request')).toContain('declined');
  },

  async elicitationUrl(peer) {
    peer.answers.set('elicitation/create', () => ({ action: 'accept' }));
    const url = 'https://example.com/visit?a=1';
    await peer.call('trigger-url-elicitation', { url, elicitationId: 'e-1' });
    expect(peer.lastQuestion('elicitation/create')).toMatchObject({ mode: 'url', url, elicitationId: 'e-1' });
  },

  /** The server asks by itself, without a call, soon after it was initialised. */
  async roots(peer) {
    await peer.questioned('roots/list');
    expect(await peer.text('get-roots-list')).toContain(ROOT.uri);
  },

  async rootsChanged(peer) {
    const asked = peer.questions.filter(({ method }) => method === 'roots/list').length;
    const roots = [{ uri: 'file:///one' }, { uri: 'file:///two' }];
    const before = peer.notifications.length;
    peer.answers.set('roots/list', () => ({ roots }));
    await peer.notify('notifications/roots/list_changed');
    await peer.questioned('roots/list', asked + 1);
    const isTwo = (params: Params) => String(params['data']).startsWith('Roots updated: 2');
    await peer.announced('notifications/message', isTwo, before);
  },

  meta: { na: 'server-everything does not tell what it got in `_meta`' },

  async bigResult(peer) {
    const bytes = randomBytes(800_000);
    const data = `data:application/octet-stream;base64,${bytes.toString('base64')}`;
    const result = await peer.call('gzip-file-as-resource', { name: 'big.gz', data, outputType: 'resource' });
    const [block] = result.content as readonly { resource?: { blob: string } }[];
    const back = gunzipSync(Buffer.from(block?.resource?.blob ?? '', 'base64'));
    expect(block?.resource?.blob.length).toBeGreaterThan(1024 * 1024);
    expect(back.equals(bytes)).toBe(true);
  },

  async toolError(peer) {
    const result = await peer.call('gzip-file-as-resource', { name: 'x', data: 'ftp://127.0.0.1/x' });
    expect(result['isError']).toBe(true);
    expect(result.content?.[0]?.text).toContain('Unsupported URL protocol');
  },

  async unknownTool(peer) {
    const result = await peer
      .call('no_such_tool')
      .catch((error: Error) => ({ content: [{ text: error.message }] }));
    expect(result.content?.[0]?.text).toMatch(/-32602.*no_such_tool/);
  },

  async unknownMethod(peer) {
    expect((await failure(peer.ask('sluice/nothing'))).code).toBe(-32601);
  },
};

async function read(peer: Peer, uri: string): Promise<Params> {
  const { contents } = await peer.ask('resources/read', { uri });
  return (contents as Params[])[0] ?? {};
}

const isAbout = (uri: string) => (params: Params) => params['uri'] === uri;

/** The server logs every subscription. */
const isReceipt = ({ data }: Params) => /^Received (Uns|S)ubscribe Resource/.test(String(data));
