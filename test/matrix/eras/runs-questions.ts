/** The features in which the server asks its client. */
import { expect } from 'vitest';
import type { Params, Result } from '../peer.ts';
import type { EraRun } from './runs.ts';
import type { Stage } from './stage.ts';

type Question = 'sampling' | 'elicitationForm' | 'elicitationUrl' | 'rounds' | 'roots';

const SAMPLE = { model: 'm', role: 'assistant', content: { type: 'text', text: 'The river is calm.' } };
const FORM = { type: 'object', properties: { name: { type: 'string' } }, required: ['name'] };

export const questionRuns: Readonly<Record<Question, EraRun>> = {
  async sampling(stage) {
    answer(stage, 'sampling/createMessage', () => SAMPLE);
    const prompt = `How is the river, ${stage.word}?`;
    const [got, [asked, ...more]] = await during(stage, () => stage.json('ask_sampling', { prompt }));
    expect(got).toMatchObject(SAMPLE);
    expect(more).toEqual([]);
    const messages = [{ role: 'user', content: { type: 'text', text: prompt } }];
    expect(asked).toMatchObject({ method: 'sampling/createMessage', params: { maxTokens: 100, messages } });
  },

  async elicitationForm(stage) {
    const message = `Who are you, ${stage.word}?`;
    answer(stage, 'elicitation/create', () => ({ action: 'accept', content: { name: 'Ada' } }));
    const [got, [asked, ...more]] = await during(stage, () => stage.json('ask_elicitation', { message }));
    expect(got).toMatchObject({ action: 'accept', content: { name: 'Ada' } });
    expect(more).toEqual([]);
    expect(asked).toMatchObject({ method: 'elicitation/create', params: { message, requestedSchema: FORM } });
    answer(stage, 'elicitation/create', () => ({ action: 'decline' }));
    expect(await stage.json('ask_elicitation', { message })).toMatchObject({ action: 'decline' });
  },

  async elicitationUrl(stage) {
    const url = `https://example.com/visit?a=1&b=%20&c=${stage.word}`;
    answer(stage, 'elicitation/create', () => ({ action: 'accept' }));
    const [got, [asked, ...more]] = await during(stage, () => stage.json('ask_elicitation_url', { url }));
    expect(got).toMatchObject({ action: 'accept' });
    expect(more).toEqual([]);
    expect(asked).toMatchObject({ method: 'elicitation/create', params: { mode: 'url', url } });
  },

  async rounds(stage) {
    const roots = [{ uri: 'file:///home/ada' }];
    let names = 0;
    answer(stage, 'elicitation/create', () => ({ action: 'accept', content: { name: `Ada ${++names}` } }));
    answer(stage, 'sampling/createMessage', () => SAMPLE);
    answer(stage, 'roots/list', () => ({ roots }));
    const [all, asked] = await during(stage, () => stage.json('ask_together'));
    expect(all).toMatchObject({
      name: { action: 'accept', content: { name: 'Ada 1' } },
      sample: SAMPLE,
      roots: { roots },
    });
    expect(asked.map(({ method }) => method).sort()).toEqual([
      'elicitation/create',
      'roots/list',
      'sampling/createMessage',
    ]);
    const [told, three] = await during(stage, () => stage.json('ask_rounds', { rounds: 3 }));
    expect(told).toEqual({ names: ['Ada 2', 'Ada 3', 'Ada 4'] });
    expect(three.map(({ params }) => params['message'])).toEqual(['Name 1?', 'Name 2?', 'Name 3?']);
  },

  async roots(stage) {
    const roots = [{ uri: `file:///home/${stage.word}`, name: 'Home' }, { uri: 'file:///srv' }];
    answer(stage, 'roots/list', () => ({ roots }));
    const [got, asked] = await during(stage, () => stage.json('ask_roots'));
    expect(got).toEqual({ roots });
    expect(asked).toHaveLength(1);
  },
};

function answer({ peer }: Stage, method: string, give: () => object): void {
  peer.answers.set(method, () => give() as Result);
}

/** The outcome, and what the client was asked meanwhile. */
async function during<T>(
  { peer }: Stage,
  run: () => Promise<T>,
): Promise<[T, { method: string; params: Params }[]]> {
  const before = peer.questions.length;
  const outcome = await run();
  return [outcome, peer.questions.slice(before)];
}
