import { describe, expect, test } from 'vitest';
import { readLong } from '../../../../src/protocol/long.ts';
import { DEFAULT_LIMITS } from '../../../../src/protocol/message.ts';
import { bytesOf } from '../support.ts';
import { greeted, hello } from './as-legacy-world.ts';

const TEXT = { type: 'text', text: 'a' };
const AUDIO = { type: 'audio', mimeType: 'audio/wav', data: 'UklGRg==' };
const LINK = { type: 'resource_link', uri: 'a:b', name: 'n', title: 'T "1"', description: 'd' };
const AUDIO_TEXT = { type: 'text', text: '[audio audio/wav: this client cannot take it]' };
const LINK_TEXT = { type: 'text', text: 'T "1"\na:b\nd' };

describe('content', () => {
  test('[ASLEG-CONTENT] that a revision does not know becomes text, in calls and prompts', async () => {
    const cases = [
      ['2024-11-05', [TEXT, AUDIO_TEXT, LINK_TEXT]],
      ['2025-03-26', [TEXT, AUDIO, LINK_TEXT]],
      ['2025-06-18', [TEXT, AUDIO, LINK]],
      ['2025-11-25', [TEXT, AUDIO, LINK]],
    ] as const;
    for (const [version, wanted] of cases) {
      const at = await greeted({}, hello(version));
      const content = [TEXT, AUDIO, LINK];
      at.raw.answers(at.ask(3, 'tools/call', { name: 't' }).id, {
        resultType: 'complete',
        content,
        isError: true,
      });
      expect(at.heard.answer(3)?.result).toEqual({ content: wanted, isError: true });
      const messages = content.map((one) => ({ role: 'user', content: one }));
      at.raw.answers(at.ask(4, 'prompts/get', { name: 'p' }).id, { messages });
      expect(at.heard.answer(4)?.result?.['messages']).toEqual(
        wanted.map((one) => ({ role: 'user', content: one })),
      );
      at.raw.answers(at.ask(5, 'x/y').id, { content });
      expect(at.heard.answer(5)?.result).toEqual({ content });
    }
  });

  test('[ASLEG-CONTENT] what is long and not known is left out, and nothing is put together', async () => {
    const at = await greeted({}, hello('2024-11-05'));
    const { id } = at.ask(3, 'tools/call', { name: 't' });
    const long = { ...AUDIO, data: 'A'.repeat(40_000) };
    const bytes = bytesOf({ jsonrpc: '2.0', id, result: { content: [TEXT, long, TEXT] } });
    const pieces = [0, 1, 2, 3, 4].map((at) =>
      bytes.subarray(at * 9_000, at === 4 ? undefined : (at + 1) * 9_000),
    );
    const message = readLong(pieces, DEFAULT_LIMITS, () => true);
    if (!message?.gap) throw new Error('It was joined.');
    at.raw.events.message(message);
    expect(at.heard.answer(3)?.result).toEqual({ content: [TEXT, AUDIO_TEXT, TEXT] });
    expect(at.heard.all.at(-1)?.message.gap).toBeUndefined();
  });

  test('[ASLEG-SAMPLES] several blocks of a question become messages of one each, for revisions that know one', async () => {
    const block = { type: 'image', data: 'AA==', mimeType: 'image/png' };
    const messages = [
      { role: 'user', content: [TEXT, block] },
      { role: 'assistant', content: AUDIO },
    ];
    const inputRequests = { a: { method: 'sampling/createMessage', params: { messages, maxTokens: 3 } } };
    const cases = [
      [
        '2024-11-05',
        [
          ['user', TEXT],
          ['user', block],
          ['assistant', AUDIO_TEXT],
        ],
      ],
      [
        '2025-06-18',
        [
          ['user', TEXT],
          ['user', block],
          ['assistant', AUDIO],
        ],
      ],
      [
        '2025-11-25',
        [
          ['user', [TEXT, block]],
          ['assistant', AUDIO],
        ],
      ],
    ] as const;
    for (const [version, wanted] of cases) {
      const at = await greeted({}, hello(version, { sampling: {} }));
      at.raw.answers(at.ask(3, 'tools/call', { name: 't' }).id, {
        resultType: 'input_required',
        inputRequests,
      });
      expect(at.heard.told.at(-1)?.params).toEqual({
        messages: wanted.map(([role, content]) => ({ role, content })),
        maxTokens: 3,
      });
    }
  });

  test('[ASLEG-STRUCTURED] structured content that is no object goes, and so does a schema of such', async () => {
    const at = await greeted();
    for (const [structuredContent, isKept] of [
      [{ a: 1 }, true],
      [[1], false],
      ['x', false],
      [null, false],
    ] as const) {
      at.raw.answers(at.ask(3, 'tools/call', { name: 't' }).id, { content: [], structuredContent });
      expect(at.heard.all.at(-1)?.wire.result).toEqual(
        isKept ? { content: [], structuredContent } : { content: [] },
      );
    }
    const tool = { name: 't', inputSchema: { type: 'object' } };
    const fit = { ...tool, outputSchema: { type: 'object', properties: { type: { type: 'array' } } } };
    const odd = [{ type: 'array' }, {}, true, { anyOf: [{ type: 'object' }] }];
    const tools = [fit, ...odd.map((outputSchema) => ({ ...tool, outputSchema }))];
    at.raw.answers(at.ask(4, 'tools/list').id, { tools });
    expect(at.heard.answer(4)?.result).toEqual({ tools: [fit, tool, tool, tool, tool] });
  });
});
