/** The features, shown by the project's fixture server. */
import { expect } from 'vitest';
import type { CallOptions, Params, Peer, Progress } from '../peer.ts';
import { expectUnique, failure, itemsOf, type Run, type Runs } from './cell.ts';
import { questionRuns } from './fixture-questions.ts';

const STATIC_TEXT = 'test://static-text';
const WATCHED = 'test://watched-resource';
const EXAMPLE = 'test://example-resource';
const MEGABYTE = 1024 * 1024;

export const fixtureRuns: Runs = {
  async initialize(peer, client, version) {
    expect(peer.hello['protocolVersion']).toBe(version);
    expect(peer.hello['serverInfo']).toMatchObject({ name: 'sluice-fixture', version: '1.0.0' });
    expect(Object.keys(peer.capabilities).sort()).toEqual([
      'completions',
      'logging',
      'prompts',
      'resources',
      'tools',
    ]);
    const known = await peer.json('whoami');
    expect(known).toMatchObject({ client: { name: 'matrix', version: '1.0.0' } });
    expect(known['capabilities']).toMatchObject(client.capabilities);
    expect(known['protocolVersion']).toBe(version);
  },

  async toolsList(peer) {
    const pages = await peer.pages('tools/list');
    const names = itemsOf(pages, 'tools', 'name');
    expect(pages.length).toBeGreaterThan(3);
    expectUnique(names);
    expect(names).toEqual(expect.arrayContaining(['echo', 'add', 'crash', 'ask_roots']));
    const wrong = await failure(peer.ask('tools/list', { cursor: 'nonsense' }));
    expect(wrong.code).toBe(-32602);
  },

  async toolsCall(peer) {
    const text = 'grüezi "\\\u2028\u{1f30a}';
    expect(await peer.text('echo', { text })).toBe(text);
  },

  async structured(peer) {
    await peer.pages('tools/list');
    const result = await peer.call('add', { a: 2, b: 40.5 });
    expect(result['structuredContent']).toEqual({ sum: 42.5 });
  },

  async resourcesList(peer) {
    const pages = await peer.pages('resources/list');
    const uris = itemsOf(pages, 'resources', 'uri');
    expect(pages.length).toBeGreaterThan(1);
    expectUnique(uris);
    expect(uris).toEqual(expect.arrayContaining([STATIC_TEXT, 'test://static-binary', 'test://note/12']));
  },

  async resourcesRead(peer) {
    expect(await read(peer, STATIC_TEXT)).toMatchObject({
      uri: STATIC_TEXT,
      text: 'This is the content of the static text resource.',
    });
    const picture = await read(peer, 'test://static-binary');
    expect(Buffer.from(String(picture['blob']), 'base64').subarray(1, 4).toString()).toBe('PNG');
    await failure(peer.ask('resources/read', { uri: 'test://nowhere' }));
    // Client 2.4 shows its user the number that the modern revision gives this error.
    expect(peer.messages.at(-1)?.error?.code).toBe(-32002);
  },

  async templates(peer) {
    const { resourceTemplates } = await peer.ask('resources/templates/list');
    expect(resourceTemplates).toMatchObject([{ uriTemplate: 'test://template/{id}/data' }]);
    const { text } = await read(peer, 'test://template/a%20b/data');
    expect(JSON.parse(String(text))).toMatchObject({ id: 'a%20b', templateTest: true });
  },

  async subscribe(peer) {
    const before = peer.notifications.length;
    await peer.ask('resources/subscribe', { uri: WATCHED });
    await peer.call('touch_resource', { uri: WATCHED });
    const told = await peer.announced('notifications/resources/updated', isAbout(WATCHED), before);
    expect(told['uri']).toBe(WATCHED);
    await peer.ask('resources/unsubscribe', { uri: WATCHED });
  },

  async unsubscribe(peer) {
    await peer.ask('resources/subscribe', { uri: WATCHED });
    await peer.ask('resources/subscribe', { uri: EXAMPLE });
    await peer.ask('resources/unsubscribe', { uri: WATCHED });
    const before = peer.notifications.length;
    await peer.call('touch_resource', { uri: WATCHED });
    await peer.call('touch_resource', { uri: EXAMPLE });
    await peer.announced('notifications/resources/updated', isAbout(EXAMPLE), before);
    const told = peer.notifications.slice(before).filter(({ method }) => method.endsWith('/updated'));
    expect(told.map(({ params }) => params['uri'])).toEqual([EXAMPLE]);
    await peer.ask('resources/unsubscribe', { uri: EXAMPLE });
  },

  async promptsList(peer) {
    const pages = await peer.pages('prompts/list');
    const names = itemsOf(pages, 'prompts', 'name');
    expect(pages.length).toBeGreaterThan(1);
    expectUnique(names);
    expect(names).toContain('test_prompt_with_arguments');
  },

  async promptsGet(peer) {
    const name = 'test_prompt_with_arguments';
    const { messages } = await peer.ask('prompts/get', { name, arguments: { arg1: 'a "1"', arg2: 'é' } });
    const text = `Prompt with arguments: arg1='a "1"', arg2='é'`;
    expect(messages).toMatchObject([{ role: 'user', content: { type: 'text', text } }]);
    expect((await failure(peer.ask('prompts/get', { name }))).code).toBe(-32602);
  },

  async completion(peer) {
    const { completion } = await peer.ask('completion/complete', {
      ref: { type: 'ref/prompt', name: 'test_prompt_with_arguments' },
      argument: { name: 'arg1', value: 'par' },
    });
    expect(completion).toEqual({ values: ['paris', 'park', 'party'], total: 3, hasMore: false });
  },

  progress,

  async cancellation(peer) {
    const { count } = await peer.json('cancelled_count');
    const controller = new AbortController();
    const reason = 'the test changed its mind';
    const sent = peer.messages.length;
    const call = peer.call(
      'progress',
      { steps: 1000, delayMs: 10 },
      { signal: controller.signal, onprogress: () => controller.abort(reason) },
    );
    await failure(call);
    // The notification travels by itself: it may come after what was asked later.
    for (let look = 0; ; look++) {
      const known = await peer.json('cancelled_count');
      if (known['count'] !== count) {
        expect(known['count']).toBe(Number(count) + 1);
        expect((known['reasons'] as string[]).at(-1)).toContain(reason);
        break;
      }
      if (look > 200) throw new Error('The cancellation did not reach the server.');
    }
    const answers = peer.messages.slice(sent).filter((message) => message.result || message.error);
    expect(answers.every((answer) => !answer.result?.content?.[0]?.text?.startsWith('Took'))).toBe(true);
  },

  async logging(peer) {
    const before = peer.notifications.length;
    await peer.call('log', { level: 'warning', text: 'high water' });
    const told = await peer.announced('notifications/message', isSaying('high water'), before);
    expect(told).toEqual({ level: 'warning', logger: 'fixture', data: 'high water' });
  },

  async setLevel(peer) {
    const before = peer.notifications.length;
    await peer.ask('logging/setLevel', { level: 'error' });
    expect(await peer.text('log', { level: 'warning', text: 'too low' })).toContain('Below the level');
    await peer.call('log', { level: 'error', text: 'high enough' });
    await peer.announced('notifications/message', isSaying('high enough'), before);
    expect(peer.notifications.slice(before).some(({ params }) => isSaying('too low')(params))).toBe(false);
    await peer.ask('logging/setLevel', { level: 'debug' });
  },

  toolsChanged: changed('tools', 'name'),
  resourcesChanged: changed('resources', 'name'),
  promptsChanged: changed('prompts', 'name'),

  async pingServer(peer) {
    expect(await peer.ask('ping')).toEqual({});
  },

  ...questionRuns,

  async meta(peer) {
    const meta = { 'example.com/trace': { id: '0af7', deep: [1, null, { x: 'y' }] }, 'z-last': true };
    const { meta: seen } = await peer.json('echo_meta', {}, { meta });
    expect(seen).toEqual(meta);
  },

  async bigResult(peer) {
    const text = await peer.text('big', { bytes: MEGABYTE });
    expect(text.length).toBe(MEGABYTE);
    expect(text === 'x'.repeat(MEGABYTE)).toBe(true);
  },

  async toolError(peer) {
    const message = 'It "broke".';
    const result = await peer.call('error', { message });
    expect(result).toMatchObject({ isError: true, content: [{ type: 'text', text: message }] });
  },

  async unknownTool(peer) {
    const { code, message } = await failure(peer.call('no_such_tool'));
    expect(code).toBe(-32602);
    expect(message).toContain('Unknown tool: no_such_tool');
  },

  async unknownMethod(peer) {
    expect((await failure(peer.ask('sluice/nothing'))).code).toBe(-32601);
  },
};

async function progress(peer: Peer): Promise<void> {
  for (const delayMs of [5, 0]) {
    const steps = 20;
    const values: Progress[] = [];
    const before = peer.messages.length;
    const options: CallOptions = { onprogress: (each) => values.push({ ...each }) };
    expect(await peer.text('progress', { steps, delayMs }, options)).toBe(`Took ${steps} steps.`);
    // An SDK drops what comes in one chunk with the result, so its own view is a part, from the start on.
    const all = Array.from({ length: steps }, (_, index) => ({ progress: index + 1, total: steps }));
    expect(values).toEqual(all.slice(0, values.length));
    const came = peer.messages.slice(before);
    const told = came.filter(({ method }) => method === 'notifications/progress');
    expect(told.map(({ params }) => params?.['progress'])).toEqual(all.map((each) => each.progress));
    expect(new Set(told.map(({ params }) => params?.['progressToken'])).size).toBe(1);
    // What else the server says by itself may come in between.
    const ofCall = came.filter((message) => message.result || told.includes(message));
    expect(ofCall.at(-1)?.result).toBeDefined();
  }
}

function changed(kind: 'tools' | 'resources' | 'prompts', key: string): Run {
  return async (peer) => {
    const before = peer.notifications.length;
    const name = /^Added (\S+)\.$/.exec(await peer.text('change_list', { kind }))?.[1];
    const found = async (after: number): Promise<readonly string[]> => {
      await peer.announced(`notifications/${kind}/list_changed`, () => true, after);
      const next = peer.notifications.length;
      const names = itemsOf(await peer.pages(`${kind}/list`), kind, key);
      const own = names.filter((each) => each === name || each === `added-${name}`);
      // It was about another server, or given before a slow one had answered: then another follows.
      return own.length > 0 ? own : found(next);
    };
    expect(await found(before)).toHaveLength(1);
  };
}

async function read(peer: Peer, uri: string): Promise<Params> {
  const { contents } = await peer.ask('resources/read', { uri });
  return (contents as Params[])[0] ?? {};
}

const isAbout = (uri: string) => (params: Params) => params['uri'] === uri;
const isSaying = (data: string) => (params: Params) => params['data'] === data;
