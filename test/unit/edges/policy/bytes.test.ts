/** Whatever a client writes, and however: what reaches the server is nothing, or something that its policy allows. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Policy } from '../../../../src/engine/ports-policy.ts';
import type { Wire } from '../../engine/merge/support.ts';
import { bytesOf, turn } from '../../engine/support.ts';
import { headOf, META } from '../modern/support.ts';
import { type PolicyWorld, policyWorld } from './support.ts';

const POLICIES: Readonly<Record<string, Policy>> = {
  named: {
    tools: ['files/read_*', 'files/search'],
    prompts: ['files/summary'],
    resources: ['files/file:///docs/*'],
  },
  denied: {
    tools: { deny: ['*/write_*', '*/delete_*', 'web/post', 'web/fetch'] },
    prompts: { deny: ['files/secret'] },
    resources: { deny: ['*/file:///secret/*'] },
  },
  reads: {
    readOnly: true,
    tools: { deny: ['web/fetch'] },
    prompts: ['files/summary'],
    resources: ['files/file:///docs/*'],
  },
};

const HARMLESS = new Set([
  'initialize',
  'notifications/initialized',
  'notifications/cancelled',
  'ping',
  'tools/list',
  'prompts/list',
  'resources/list',
  'resources/templates/list',
]);
/** Of the tools that the server lists. */
const TOOLS = new Set(['read_file', 'search']);

/** Whether a server that reads a message by `JSON.parse` finds in it what all these policies allow. */
function isAllowed(wire: Wire): boolean {
  return reads(wire) && reads(folded(wire) as Wire);
}

function reads({ method: called, params: about = {} }: Wire): boolean {
  if (called === undefined || HARMLESS.has(called)) return true;
  const {
    name: own,
    uri,
    ref: reference,
  } = about as { name?: unknown; uri?: unknown; ref?: Record<string, unknown> };
  if (called === 'tools/call') return TOOLS.has(String(own));
  if (called === 'prompts/get') return isPrompt(own);
  if (called.startsWith('resources/')) return isOpen(uri);
  if (called !== 'completion/complete' || !reference) return false;
  if (reference['type'] === 'ref/prompt') return isPrompt(reference['name']);
  return reference['type'] === 'ref/resource' && isOpen(reference['uri']);
}

/** As servers read it that let small and capital letters be the same: the last one counts. */
function folded(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key.toLowerCase(), folded(one)]));
}

function isPrompt(value: unknown): boolean {
  return typeof value === 'string' && value !== 'secret';
}

function isOpen(uri: unknown): boolean {
  if (typeof uri !== 'string') return false;
  return !URL.canParse(uri) || !decodeURIComponent(new URL(uri).href).includes('/secret');
}

const hex = (char: string) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`;
/** A text as JSON, with any of its characters written as an escape. */
const spelled = (text: fc.Arbitrary<string>) =>
  fc.tuple(text, fc.array(fc.nat(40), { maxLength: 6 })).map(([plain, at]) => {
    const escaped = plain
      .split('')
      .map((char, index) => (at.includes(index) ? hex(char) : JSON.stringify(char).slice(1, -1)));
    return `"${escaped.join('')}"`;
  });

const METHODS = [
  'tools/call',
  'prompts/get',
  'resources/read',
  'resources/subscribe',
  'completion/complete',
  'tools/list',
];
const ODD_METHODS = [
  'Tools/Call',
  'tools/call ',
  'tasks/get',
  'tasks/result',
  'x/run',
  'tools/callAsync',
  'resources/unsubscribe',
];
const NAMES = [
  'read_file',
  'write_file',
  'delete_file',
  'search',
  'summary',
  'secret',
  'nothing',
  'files__write_file',
  '__proto__',
];
const URIS = [
  'file:///docs/a',
  'file:///secret/b',
  'file:///docs/../secret/b',
  'FILE:///secret/%62',
  'file:///docs/%2e%2e/secret/b',
];

const method = spelled(
  fc.oneof(
    { weight: 6, arbitrary: fc.constantFrom(...METHODS) },
    { weight: 1, arbitrary: fc.constantFrom(...ODD_METHODS) },
  ),
);
const name = spelled(fc.constantFrom(...NAMES, ...URIS));
const space = fc.constantFrom('', '', ' ', '\t', '\n ');
const junk = fc.constantFrom(
  '1e400',
  '12345678901234567890',
  '{}',
  '[]',
  'null',
  '""',
  '{"name":"write_file"}',
  '["write_file"]',
);
const key = spelled(
  fc.constantFrom(
    'name',
    'name',
    'uri',
    'Name',
    'NAME',
    'tool',
    '__proto__',
    'arguments',
    '_meta',
    'ref',
    'task',
  ),
);
const ref = fc
  .tuple(fc.constantFrom('ref/prompt', 'ref/resource', 'ref/tool', 'Ref/Prompt'), name, key)
  .map(([type, value, member]) => `{"type":"${type}",${member}:${value}}`);
const member = fc
  .tuple(
    key,
    space,
    fc.oneof({ weight: 4, arbitrary: name }, { weight: 1, arbitrary: junk }, { weight: 1, arbitrary: ref }),
  )
  .map(([left, gap, right]) => `${gap}${left}${gap}:${gap}${right}${gap}`);
const params = fc.oneof(
  { weight: 8, arbitrary: fc.array(member, { maxLength: 3 }).map((all) => `{${all.join(',')}}`) },
  { weight: 1, arbitrary: name.map((value) => `[${value}]`) },
  { weight: 1, arbitrary: fc.constant('null') },
);
const id = fc.constantFrom('1', '"a"', '1', undefined, 'null', '1.5e3');
const message = fc
  .tuple(method, params, id, fc.boolean(), space)
  .map(([called, about, number, isTwice, gap]) => {
    const members = ['"jsonrpc":"2.0"', `"method":${called}`, `"params":${about}`];
    if (number !== undefined) members.push(`"id":${number}`);
    if (isTwice) members.push('"Method":"tools/call"', '"PARAMS":{"name":"write_file"}');
    return `${gap}{${members.join(`${gap},`)}}${gap}`;
  });
const body = fc.oneof(
  { weight: 6, arbitrary: message },
  { weight: 1, arbitrary: fc.array(message, { maxLength: 3 }).map((all) => `[${all.join(',')}]`) },
);

/** All that the server was sent, as it reads it; the gateway's own lists and handshakes are not what is looked for. */
function received(at: PolicyWorld): Wire[] {
  return [at.servers.files, at.servers.web].flatMap(({ links }) => links.flatMap(({ sent }) => sent));
}

async function send(at: PolicyWorld, text: string, headers: Record<string, string>): Promise<void> {
  const held = { body: Promise.resolve(bytesOf(text)), arrive: () => undefined, fail: () => undefined };
  const path = headers['path'] ?? '/servers/files/mcp';
  const { responder } = at.begin('POST', path, { headers, held });
  for (let round = 0; round < 8 && !responder.isDone; round++) {
    await turn();
    at.runtime.advance(60);
  }
}

for (const [who, path] of Object.keys(POLICIES).flatMap((each) =>
  ['/servers/files/mcp', '/mcp'].map((where) => [each, where] as const),
))
  it(`[POLICY-BYTES] reaches a server only as the policy "${who}" allows it, at ${path}`, async () => {
    const at = policyWorld(POLICIES);
    await fc.assert(
      fc.asyncProperty(body, async (text) => {
        await send(at, text, { 'x-api-key': `key-${who}`, path });
        for (const wire of received(at)) expect(isAllowed(wire), JSON.stringify(wire)).toBe(true);
        for (const link of [...at.servers.files.links, ...at.servers.web.links]) link.raw.splice(0);
      }),
      { numRuns: 400 },
    );
  });

it('[POLICY-BYTES] holds for modern words, too, whatever their headers say', async () => {
  const at = policyWorld(POLICIES);
  const claims = JSON.stringify(META);
  const modern = fc
    .tuple(method, name, fc.constantFrom(...NAMES, ...URIS), fc.boolean())
    .map(([called, about, said, isUri]) => ({
      text: `{"jsonrpc":"2.0","id":1,"method":${called},"params":{"${isUri ? 'uri' : 'name'}":${about},"_meta":${claims}}}`,
      said,
    }));
  await fc.assert(
    fc.asyncProperty(
      modern,
      fc.boolean(),
      fc.constantFrom(...Object.keys(POLICIES)),
      async ({ text, said }, isHonest, who) => {
        const wire = JSON.parse(text) as Parameters<typeof headOf>[0];
        const honest = headOf(wire);
        const head = isHonest ? honest : { ...honest, 'mcp-name': said };
        await send(at, text, { 'x-api-key': `key-${who}`, ...head });
        for (const got of received(at)) expect(isAllowed(got), JSON.stringify(got)).toBe(true);
        for (const link of [...at.servers.files.links, ...at.servers.web.links]) link.raw.splice(0);
      },
    ),
    { numRuns: 400 },
  );
});
