/** The MCP client of the console, against a real gateway and the fixture server. */
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import {
  type ClientOptions,
  type LogEntry,
  McpClient,
  type Progress,
} from '../../src/console/app/mcp/client.ts';
import type { Kind } from '../../src/console/app/mcp/items.ts';
import { Questions } from '../../src/console/app/mcp/questions.ts';
import { fixtureInprocess, startTestGateway, type TestGateway } from '../support/gateway.ts';
import { eventually } from '../support/raw.ts';

let gateway: TestGateway;
const opened: McpClient[] = [];

beforeAll(async () => {
  gateway = await startTestGateway({ servers: { fixture: fixtureInprocess() } });
});
afterEach(() => {
  for (const client of opened.splice(0)) client.close();
});

function open(options: Partial<ClientOptions> = {}): McpClient {
  const client = new McpClient({ server: 'fixture', url: gateway.mcp(), ...options });
  opened.push(client);
  return client;
}

const jsonIn = (result: unknown): unknown =>
  JSON.parse((result as { content: { text: string }[] }).content[0]?.text ?? '');

describe('what a server offers', () => {
  it.each([
    ['tool', 'echo'],
    ['prompt', 'test_simple_prompt'],
    ['resource', 'test://static-text'],
    ['template', 'test://template/{id}/data'],
  ] as const)('[PLAY-LISTS] every page of the list of each %s', async (kind, name) => {
    const { items, isCut } = await open().list(kind);
    expect(items.map((item) => item.name)).toContain(name);
    expect(isCut).toBe(false);
    // The fixture server gives ten of a kind at once.
    if (kind === 'tool') expect(items.length).toBeGreaterThan(20);
  });

  it('[PLAY-LISTS] tells when a list is another one', async () => {
    const changed: (readonly Kind[])[] = [];
    const client = open({ onListChanged: (kinds) => void changed.push(kinds) });
    await client.call('change_list', { kind: 'resources' });
    await eventually('the change is told', () => changed.length > 0);
    expect(changed[0]).toEqual(['resource', 'template']);
  });

  it('[PLAY-PROMPTS] prompts, resources and completions', async () => {
    const client = open();
    const prompt = await client.prompt('test_prompt_with_arguments', { arg1: 'a', arg2: 'b' });
    expect(JSON.stringify(prompt)).toContain("arg1='a', arg2='b'");
    expect(JSON.stringify(await client.read('test://template/7/data'))).toContain('Data for ID: 7');
    const ref = { type: 'ref/prompt', name: 'test_prompt_with_arguments' } as const;
    const { signal } = new AbortController();
    const completion = await client.complete(ref, { name: 'arg1', value: 'par' }, {}, signal);
    expect(completion.values).toEqual(['paris', 'park', 'party']);
  });
});

describe('a call', () => {
  it('[PLAY-PROGRESS] tells its progress, and what the server writes', async () => {
    const logged: LogEntry[] = [];
    const told: Progress[] = [];
    const client = open({ onLog: (entry) => void logged.push(entry) });
    await client.call('progress', { steps: 3 }, { onProgress: (progress) => void told.push(progress) });
    expect(told.map(({ progress, total }) => `${progress}/${total}`)).toEqual(['1/3', '2/3', '3/3']);
    await client.call('log', { level: 'warning', text: 'Mind the gap' });
    await eventually('the line is told', () => logged.length > 0);
    expect(logged[0]).toMatchObject({ level: 'warning', data: 'Mind the gap' });
  });

  it('[PLAY-CANCEL] is called off at the server', async () => {
    const client = open();
    const off = new AbortController();
    const call = client.call(
      'progress',
      { steps: 1_000, delayMs: 50 },
      {
        signal: off.signal,
        onProgress: () => off.abort(),
      },
    );
    await expect(call).rejects.toMatchObject({ code: 'aborted' });
    await eventually('the server sees it', async () =>
      JSON.stringify(jsonIn(await client.call('cancelled_count', {}))).includes('"count":1'),
    );
  });
});

describe('questions of a server', () => {
  it('[PLAY-ASKED] wait for a person, whose answer goes back', async () => {
    const questions = new Questions();
    const client = open({ questions, roots: () => [{ uri: 'file:///tmp', name: 'tmp' }] });
    const call = client.call('ask_together', {});
    await eventually('both wait', () => questions.waiting.length === 2);
    const kinds = questions.waiting.map(({ asked }) => asked.kind).sort();
    expect(kinds).toEqual(['elicitation', 'sampling']);
    for (const question of questions.waiting) {
      if (question.asked.kind === 'elicitation')
        question.answer({ action: 'accept', content: { name: 'Ada' } });
      else question.answer({ role: 'assistant', content: { type: 'text', text: 'Hi.' }, model: 'a person' });
    }
    expect(jsonIn(await call)).toMatchObject({
      name: { action: 'accept', content: { name: 'Ada' } },
      sample: { content: { text: 'Hi.' } },
      roots: { roots: [{ uri: 'file:///tmp' }] },
    });
    expect(questions.waiting).toEqual([]);
  });

  it('[PLAY-ASKED] are refused by a person, or called off with the call that they belong to', async () => {
    const questions = new Questions();
    const client = open({ questions });
    const refused = client.call('ask_sampling', {});
    await eventually('it waits', () => questions.waiting.length === 1);
    questions.waiting[0]?.refuse('No, thank you.');
    expect(JSON.stringify(await refused)).toContain('No, thank you.');

    const off = new AbortController();
    const call = client.call('ask_elicitation', {}, { signal: off.signal });
    await eventually('it waits', () => questions.waiting.length === 1);
    off.abort();
    await expect(call).rejects.toMatchObject({ code: 'aborted' });
    await eventually('it is withdrawn', () => questions.waiting.length === 0);
  });

  it('[PLAY-ASKED] are bounded', async () => {
    const questions = new Questions();
    const { signal } = new AbortController();
    const asked = { kind: 'sampling', messages: [], systemPrompt: '', params: {} } as const;
    const answers = Array.from({ length: 50 }, () => questions.ask('a', asked, {}, signal));
    expect(() => questions.ask('a', asked, {}, signal)).toThrow('50 questions wait');
    for (const question of questions.waiting) question.answer({});
    expect(await Promise.all(answers)).toHaveLength(50);
  });
});
