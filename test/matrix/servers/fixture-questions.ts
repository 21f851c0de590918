/** The features in which the project's fixture server asks its client. */
import { expect } from 'vitest';
import type { Runs } from './cell.ts';

type Question = 'pingClient' | 'sampling' | 'elicitationForm' | 'elicitationUrl' | 'roots' | 'rootsChanged';

export const questionRuns: Pick<Runs, Question> = {
  async pingClient(peer) {
    expect(await peer.json('ping_client')).toEqual({});
    expect(peer.messages.some(({ method, id }) => method === 'ping' && id !== undefined)).toBe(true);
  },

  async sampling(peer) {
    const content = { type: 'text', text: 'The river is calm.' };
    peer.answers.set('sampling/createMessage', () => ({
      model: 'm',
      role: 'assistant',
      content: content as never,
    }));
    const answer = await peer.json('ask_sampling', { prompt: 'How is the river?' });
    expect(answer).toMatchObject({ model: 'm', role: 'assistant', content });
    const asked = peer.lastQuestion('sampling/createMessage');
    expect(asked).toMatchObject({
      maxTokens: 100,
      messages: [{ role: 'user', content: { type: 'text', text: 'How is the river?' } }],
    });
    peer.answers.set('sampling/createMessage', () => {
      throw Object.assign(new Error('No model here.'), { code: -1 });
    });
    const refused = await peer.call('ask_sampling');
    expect(refused['isError']).toBe(true);
    expect(JSON.parse(refused.content?.[0]?.text ?? '')).toMatchObject({ code: -1 });
  },

  async elicitationForm(peer) {
    peer.answers.set('elicitation/create', () => ({ action: 'accept', content: { name: 'Ada' } as never }));
    const message = 'Who are you?';
    const answer = await peer.json('ask_elicitation', { message });
    expect(answer).toMatchObject({ action: 'accept', content: { name: 'Ada' } });
    expect(peer.lastQuestion('elicitation/create')).toMatchObject({
      message,
      requestedSchema: { type: 'object', properties: { name: { type: 'string' } }, required: ['name'] },
    });
    peer.answers.set('elicitation/create', () => ({ action: 'decline' }));
    expect(await peer.json('ask_elicitation')).toMatchObject({ action: 'decline' });
  },

  async elicitationUrl(peer) {
    peer.answers.set('elicitation/create', () => ({ action: 'accept' }));
    const url = 'https://example.com/visit?a=1&b=%20';
    expect(await peer.json('ask_elicitation_url', { url })).toMatchObject({ action: 'accept' });
    expect(peer.lastQuestion('elicitation/create')).toMatchObject({ mode: 'url', url });
  },

  async roots(peer) {
    const roots = [{ uri: 'file:///home/ada', name: 'Home' }, { uri: 'file:///srv' }];
    peer.answers.set('roots/list', () => ({ roots }));
    expect(await peer.json('ask_roots')).toEqual({ roots });
  },

  async rootsChanged(peer) {
    const asked = peer.questions.filter(({ method }) => method === 'roots/list').length;
    const roots = [{ uri: 'file:///one' }, { uri: 'file:///two', name: 'Two' }];
    peer.answers.set('roots/list', () => ({ roots }));
    await peer.notify('notifications/roots/list_changed');
    await peer.questioned('roots/list', asked + 1);
    // The answer to the question and what is asked next may meet on the way.
    for (let look = 0; ; look++) {
      const known = await peer.json('known_roots');
      if (look > 200 || (known['roots'] as unknown[]).length === 2) return expect(known).toEqual({ roots });
    }
  },
};
