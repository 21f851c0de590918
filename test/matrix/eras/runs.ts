/** How each feature is shown, whatever the eras. */
import { expect } from 'vitest';
import { eventually } from '../../support/raw.ts';
import type { Params, Progress } from '../peer.ts';
import { expectUnique, failure, itemsOf } from '../servers/cell.ts';
import { changeRuns } from './runs-changes.ts';
import { questionRuns } from './runs-questions.ts';
import type { EraFeatureName } from './features.ts';
import type { Stage } from './stage.ts';

const MEGABYTE = 1024 * 1024;
const LOG_LEVEL = 'io.modelcontextprotocol/logLevel';

export type EraRun = (stage: Stage) => Promise<void>;

export const ERA_RUNS: Readonly<Record<EraFeatureName, EraRun>> = {
  async hello(stage) {
    const { peer, client, isModern, upstream } = stage;
    expect(peer.discovered !== undefined).toBe(isModern);
    if (isModern) expect(peer.discovered?.['supportedVersions']).toContain('2026-07-28');
    else expect(peer.hello['protocolVersion']).toBe(client.version);
    const capabilities = ['completions', 'logging', 'prompts', 'resources', 'tools'];
    expect(Object.keys(peer.capabilities)).toEqual(expect.arrayContaining(capabilities));
    expect(peer.capabilities).toMatchObject({
      tools: { listChanged: true },
      resources: { listChanged: true, subscribe: true },
      prompts: { listChanged: true },
    });
    if (!isModern && upstream.prefix === '') {
      const name =
        upstream.name === 'dual http' || upstream.era === 'legacy'
          ? 'sluice-fixture'
          : 'sluice-modern-fixture';
      expect(peer.hello['serverInfo']).toMatchObject({ name, version: '1.0.0' });
    }
    const known = await stage.json('whoami');
    expect(Object.keys(known['capabilities'] as Params).sort()).toEqual(
      Object.keys(client.capabilities).sort(),
    );
    if (!(isModern && upstream.era === 'legacy')) expect(known['client']).toMatchObject({ name: 'matrix' });
    if (upstream.era === 'modern') expect(known['protocolVersion']).toBe('2026-07-28');
  },

  async listAndCall(stage) {
    const { peer } = stage;
    await lists(
      stage,
      'tools',
      'name',
      ['echo', 'add', 'ask_roots', 'hold'].map((name) => stage.named(name)),
    );
    const text = 'grüezi "\\\u2028\u{1f30a}';
    expect(await stage.text('echo', { text })).toBe(text);
    if (stage.client.version >= '2025-06-18') {
      expect((await stage.call('add', { a: 2, b: 40.5 }))['structuredContent']).toEqual({ sum: 42.5 });
    }
    await lists(stage, 'resources', 'uri', ['test://static-text', 'test://static-binary', 'test://note/12']);
    const { contents } = await peer.ask('resources/read', { uri: 'test://static-binary' });
    expect(contents).toMatchObject([{ mimeType: 'image/png', blob: expect.stringMatching(/^iVBORw0KGgo/) }]);
    const { resourceTemplates } = await peer.ask('resources/templates/list');
    expect(resourceTemplates).toMatchObject([{ uriTemplate: 'test://template/{id}/data' }]);
    const prompt = stage.named('test_prompt_with_arguments');
    await lists(stage, 'prompts', 'name', [prompt]);
    const { messages } = await peer.ask('prompts/get', {
      name: prompt,
      arguments: { arg1: 'a "1"', arg2: 'é' },
    });
    const content = { type: 'text', text: `Prompt with arguments: arg1='a "1"', arg2='é'` };
    expect(messages).toMatchObject([{ role: 'user', content }]);
  },

  async progress(stage) {
    const { peer } = stage;
    for (const delayMs of [5, 0]) {
      const steps = 20;
      const values: Progress[] = [];
      const before = peer.messages.length;
      const options = { onprogress: (each: Progress) => values.push({ ...each }) };
      expect(await stage.text('progress', { steps, delayMs }, options)).toBe(`Took ${steps} steps.`);
      const all = Array.from({ length: steps }, (_, index) => ({ progress: index + 1, total: steps }));
      // An SDK drops what comes in one chunk with the result, so its own view is a part, from the start on.
      expect(values).toEqual(all.slice(0, values.length));
      const told = peer.messages.slice(before).filter(({ method }) => method === 'notifications/progress');
      expect(told.map(({ params }) => params?.['progress'])).toEqual(all.map((each) => each.progress));
      expect(new Set(told.map(({ params }) => params?.['progressToken'])).size).toBe(1);
    }
  },

  async cancel(stage) {
    const key = `off-${stage.word}`;
    const controller = new AbortController();
    const call = stage.call(
      'hold',
      { key },
      { signal: controller.signal, onprogress: () => controller.abort('no more') },
    );
    await failure(call);
    await eventually(
      'the server knows that the call is off',
      async () => (await stage.written(`cancelled ${key}`)) > 0,
    );
    expect(await stage.written(`held ${key}`)).toBe(1);
    expect(await stage.written(`cancelled ${key}`)).toBe(1);
    expect(await stage.text('echo', { text: 'and on' })).toBe('and on');
  },

  async logging(stage) {
    const { peer, word } = stage;
    const before = peer.notifications.length;
    if (!stage.isModern) await peer.ask('logging/setLevel', { level: 'warning' });
    const meta = stage.isModern ? { meta: { [LOG_LEVEL]: 'warning' } } : {};
    await stage.call('log', { level: 'info', text: `low ${word}` }, meta);
    await stage.call('log', { level: 'warning', text: `high ${word}` }, meta);
    if (stage.isModern) await stage.call('log', { level: 'error', text: `unasked ${word}` });
    await peer.announced('notifications/message', ({ data }) => data === `high ${word}`, before);
    const lines = peer.notifications
      .slice(before)
      .filter(({ params }) => String(params['data']).endsWith(word));
    expect(lines.map(({ params: { level, logger, data } }) => ({ level, logger, data }))).toEqual([
      { level: 'warning', logger: 'fixture', data: `high ${word}` },
    ]);
  },

  ...questionRuns,
  ...changeRuns,

  async completion(stage) {
    const { completion } = await stage.peer.ask('completion/complete', {
      ref: { type: 'ref/prompt', name: stage.named('test_prompt_with_arguments') },
      argument: { name: 'arg1', value: 'par' },
    });
    expect(completion).toEqual({ values: ['paris', 'park', 'party'], total: 3, hasMore: false });
  },

  async large(stage) {
    const text = await stage.text('big', { bytes: MEGABYTE });
    expect(text === 'x'.repeat(MEGABYTE)).toBe(true);
  },

  async error(stage) {
    const { peer } = stage;
    const message = 'It "broke".';
    expect(await stage.call('error', { message })).toMatchObject({
      isError: true,
      content: [{ type: 'text', text: message }],
    });
    const tool = await failure(stage.call('no_such_tool'));
    expect(tool).toMatchObject({ code: -32602, message: expect.stringMatching(/no_such_tool/) });
    await failure(peer.ask('resources/read', { uri: 'test://nowhere' }));
    const ofOldServer = stage.upstream.era === 'legacy' || stage.upstream.name === 'dual http';
    const code = !stage.isModern && ofOldServer ? -32002 : -32602;
    if (stage.upstream.prefix === '')
      expect(peer.messages.findLast(({ error }) => error)?.error?.code).toBe(code);
    const method = await failure(peer.ask('sluice/nothing'));
    // With status 404, as the modern revision has it, client 2.4.0 shows the whole answer as its message.
    expect(`${method.code} ${method.message}`).toContain('-32601');
  },

  async noComplaint({ peer }) {
    await peer.close();
    expect(peer.errors.filter((error) => !isHarmless(error))).toEqual([]);
  },
};

/** A list holds these, and nothing twice; what one of several servers has that is slow to start comes a moment later. */
async function lists({ peer }: Stage, kind: string, key: string, wanted: readonly string[]): Promise<void> {
  await eventually(`the ${kind} are listed`, async () => {
    const names = itemsOf(await peer.pages(`${kind}/list`), kind, key);
    expectUnique(names);
    return wanted.every((name) => names.includes(name));
  });
}

/** Progress in one chunk with its result comes too late for an SDK; closing aborts what it reads; 404 is told twice. */
function isHarmless(error: Error): boolean {
  return /progress notification for an unknown token|abort|"code":-32601/i.test(
    `${error.name} ${error.message}`,
  );
}
