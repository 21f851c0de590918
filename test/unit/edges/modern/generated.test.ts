/** Modern POSTs with any few things wrong: each is answered once, and none that disagrees with itself reaches a server. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { turn } from '../../engine/support.ts';
import { headOf, modernFront, request, type Wire } from './support.ts';

const P = 'io.modelcontextprotocol/';
const METHODS = [
  'tools/call',
  'tools/list',
  'resources/read',
  'prompts/get',
  'tasks/get',
  'initialize',
  'ping',
  'x',
];
const TEXTS = [
  't',
  'T',
  '',
  ' t',
  '=?base64?dA==?=',
  '=?base64?dA?=',
  't\u00e4',
  'a, a',
  'toString',
  '__proto__',
];
const PARAMS = [
  {},
  { name: 't' },
  { name: 7 },
  { uri: 't' },
  { taskId: 't' },
  { name: 't', uri: 'T' },
  { name: '' },
];

const META: Readonly<Record<string, readonly unknown[]>> = {
  [`${P}protocolVersion`]: ['2025-11-25', '2099-01-01', '', 'x', 7, null, {}, undefined],
  [`${P}clientCapabilities`]: [[], null, 'x', undefined],
  [`${P}clientInfo`]: [{ name: 'c' }, 'c', undefined],
  [`${P}logLevel`]: ['debug', 'loud', 3],
  progressToken: ['p', 1, true],
};

const HEADERS: Readonly<Record<string, readonly (string | undefined)[]>> = {
  'mcp-protocol-version': ['2025-11-25', '2099-01-01', '', 'x', undefined],
  'mcp-method': [...METHODS, 'toString', undefined],
  'mcp-name': [...TEXTS, undefined],
  'mcp-param-a': TEXTS,
  'mcp-session-id': ['x', ''],
  'last-event-id': ['x-0-1'],
  accept: ['*/*', 'application/json', 'text/event-stream, application/json'],
};

/** One member of one of them, with one of its odd values. */
function change(of: Readonly<Record<string, readonly unknown[]>>) {
  const all = Object.entries(of).flatMap(([name, values]) => values.map((value) => [name, value] as const));
  return fc.constantFrom(...all);
}

const few = (of: Readonly<Record<string, readonly unknown[]>>) =>
  fc.array(change(of), { maxLength: 2 }).map((changes) => Object.fromEntries(changes));

const posts = fc.record({
  method: fc.constantFrom(...METHODS),
  params: fc.constantFrom(...PARAMS),
  meta: few(META),
  headers: few(HEADERS),
  id: fc.constantFrom(1, 'a', 1, 'a', 1, 'a', null, 1.5),
});

/** What may only be passed on when all of it agrees. */
function agrees({ method, params }: Wire, sent: Readonly<Record<string, string>>): boolean {
  const claimed = (params['_meta'] as Record<string, unknown>)[`${P}protocolVersion`];
  const version = sent['mcp-protocol-version'];
  return claimed === '2026-07-28' && version === claimed && method === sent['mcp-method'];
}

test('[FACE-NOTHING-SENT] whatever is wrong, they are answered once, and nothing that disagrees is sent on', async () => {
  let passed = 0;
  await fc.assert(
    fc.asyncProperty(posts, async ({ method, params, meta, headers, id }) => {
      const at = modernFront();
      const message = request(method, params, meta, id);
      const told = Object.entries({ ...headOf(message), ...headers });
      const sent = Object.fromEntries(told.filter(([, value]) => value !== undefined)) as Record<
        string,
        string
      >;
      const { responder } = at.begin('POST', '/mcp', { body: message, headers: sent });
      await turn();
      at.runtime.advance(60_000);
      await turn();
      expect(responder.answers).toBe(1);
      // Without a claim, and without a modern head, it is a legacy request.
      if (meta[`${P}protocolVersion`] === undefined && `${P}protocolVersion` in meta) return;
      const calls = at.server.links.flatMap((link) => link.calls);
      if (calls.length === 0) return;
      passed++;
      expect(calls.map((call) => call.method)).toEqual([method]);
      expect(agrees(message, sent)).toBe(true);
    }),
    { numRuns: 3_000 },
  );
  expect(passed).toBeGreaterThan(100);
});
