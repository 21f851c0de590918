/** A server in a few lines, for the examples beside it: one tool, no SDK. */
import { inprocess } from 'sluice/node';

export const hello = inprocess({
  name: 'hello',
  handler: {
    'tools/list': () => ({
      tools: [
        {
          name: 'greet',
          description: 'Greets somebody.',
          inputSchema: { type: 'object', properties: { name: { type: 'string' } }, required: ['name'] },
        },
      ],
    }),
    'tools/call': (params) => ({ content: [{ type: 'text', text: `Hello, ${nameOf(params)}!` }] }),
  },
});

function nameOf(params: unknown): string {
  const { arguments: given } = params as { arguments?: { name?: unknown } };
  return typeof given?.name === 'string' ? given.name : 'stranger';
}
