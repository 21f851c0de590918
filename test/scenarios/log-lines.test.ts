/** The log of a real gateway at its loudest: who came, in what words, why they went; nothing that is secret. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { modernHeaders, modernRequest } from '../support/modern-face.ts';
import { planted } from '../support/planted.ts';
import { BOTH_TYPES, hello, JSON_TYPE, request, toolCall } from '../support/raw-clients.ts';
import { eventually, send } from '../support/raw.ts';
import { type Running, Workplace } from '../unit/cli/sluice.ts';

const KEY = planted.plant('a key of a caller', 'caller-key-Zm9vYmFyLWJheg');
const SHOWN = planted.plant('what a client shows', 'slc_0123456789abcdefghijkl');

interface Line {
  readonly level: string;
  readonly msg: string;
  readonly [name: string]: unknown;
}

const places: Workplace[] = [];
afterAll(() => Promise.all(places.map((place) => place.clear())));

async function serve(
  format: 'json' | 'text',
): Promise<{ running: Running; url: string; said: () => string }> {
  const place = await Workplace.make({
    mcpServers: { aare: { builtin: 'aare' } },
    projects: { shop: { mcpServers: { aare: { builtin: 'aare' } }, apiKeys: [{ name: 'ada', key: KEY }] } },
    apiKeys: [{ name: 'ben', key: 'ben-planted-key-0123456789' }],
    allowedOrigins: ['https://app.example'],
  });
  places.push(place);
  const env = { LOG_LEVEL: 'trace', LOG_FORMAT: format };
  const running = place.start(['serve', '--port', '0', '--json'], env);
  const [, url = ''] = /"url":"([^"]+)"/.exec(await running.says(/"url":"([^"]+)"/)) ?? [];
  let text = '';
  running.process.stderr?.on('data', (chunk: Buffer) => (text += chunk.toString()));
  return { running, url, said: () => text };
}

/** A session of Streamable HTTP that says secrets wherever a client can say anything, and one modern call. */
async function talk(url: string): Promise<void> {
  const at = `${url}/projects/shop/servers/aare/mcp`;
  const who = {
    authorization: `Bearer ${KEY}`,
    origin: 'https://app.example',
    'user-agent': `agent/1 Bearer ${SHOWN} ${KEY} \u001b[2J`.replace('\u001b', ''),
  };
  const post = async (body: object, more: Record<string, string>, query = '') => {
    const headers = { ...JSON_TYPE, ...BOTH_TYPES, ...more };
    const reply = await send(`${at}${query}`, { method: 'POST', headers, body: JSON.stringify(body) });
    return { reply, text: await reply.text() };
  };
  const greeting = hello(0, '2025-06-18') as { params: Record<string, unknown> };
  greeting.params['clientInfo'] = { name: `client ${KEY} \u202e\u001b[31m`, version: SHOWN };
  const opened = await post(greeting, who, `?api_key=${KEY}`);
  const session = { ...who, 'mcp-session-id': String(opened.reply.headers['mcp-session-id']) };
  await post(toolCall('call-7', KEY, { token: SHOWN }), session);
  await post(request(8, `method-${KEY}`), session);
  await post(request(9, 'tools/call', { name: SHOWN }), session);
  await post(request('call-11', 'x'.repeat(5_000)), session);
  await post({ jsonrpc: '2.0', id: 1, result: {} }, session);
  await send(at, { method: 'DELETE', headers: session }).then((reply) => reply.text());
  const modern = modernRequest('call-10', 'tools/list');
  await post(modern, { ...who, ...modernHeaders(modern) });
  for (const headers of [
    { authorization: `Bearer ${SHOWN}` },
    { 'x-api-key': SHOWN },
    { origin: `https://${SHOWN}` },
  ])
    await send(`${at}?token=${SHOWN}`, { headers }).then((reply) => reply.text());
}

let lines: readonly Line[] = [];
let project: readonly Line[] = [];

beforeAll(async () => {
  const { running, url, said } = await serve('json');
  await talk(url);
  await eventually('the last line', () => said().includes('call-10'));
  running.process.kill('SIGTERM');
  const { err } = await running.ended;
  lines = err
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Line);
  project = lines.filter((line) => line['project'] === 'shop');
});

test('[LOGS-WHO] the first line of a session says who, the last why it ended and what passed', () => {
  const [first, known, ...rest] = project;
  const session = first?.['session'];
  expect(first).toMatchObject({
    ...{ level: 'info', msg: 'session opened', server: 'shop/aare', project: 'shop' },
    ...{ dialect: 'streamable', era: 'legacy', address: '127.0.0.1', origin: 'https://app.example' },
    ...{ userAgent: 'agent/1 Bearer *** *** [2J', principal: expect.stringContaining('ada') as string },
  });
  expect(String(session)).toHaveLength(8);
  expect(known).toMatchObject({ msg: 'client known', session, version: '2025-06-18', clientVersion: '***' });
  expect(known?.['client']).toMatch(/^client \*\*\* /);
  const closed = rest.find(({ msg }) => msg === 'session closed');
  expect(closed).toMatchObject({ session, reason: 'deleted', requests: 4, messagesIn: 6 });
  expect(lines.every((line) => line['session'] === undefined || String(line['session']).length === 8)).toBe(
    true,
  );
});

test('[LOGS-CALL] lines of a call name session, project, server and the id that its client gave it', () => {
  const ended = project.filter(({ msg }) => msg === 'request ended');
  const ids = ended.map((line) => line['exchange']);
  expect(ids).toEqual(['0', '"call-7"', '8', '9', '"call-10"']);
  const refused = lines.filter(({ msg }) => msg === 'refused').find((line) => line['where'] === 'session');
  expect(refused).toMatchObject({ exchange: '"call-11"', session: project[0]?.['session'] });
  const [, call] = ended;
  expect(call).toMatchObject({ server: 'shop/aare', method: 'tools/call', session: project[0]?.['session'] });
  expect(ended.at(-1)).toMatchObject({
    ...{ era: 'modern', dialect: 'streamable', address: '127.0.0.1', origin: 'https://app.example' },
    ...{ level: 'debug', outcome: 'ok', principal: expect.stringContaining('ada') as string },
  });
  expect(ended.at(-1)).not.toHaveProperty('session');
});

test('[LOGS-SECRETS] nothing of a key is in it, wherever a client puts it', () => {
  expect(planted.search('the log', JSON.stringify(lines))).toEqual([]);
  expect(lines.length).toBeGreaterThan(8);
});

test('[LOGS-SECRETS] nor as text; control characters and marks that turn text around are made visible', async () => {
  const { running, url, said } = await serve('text');
  await talk(url);
  await eventually('the last line', () => said().includes('call-10'));
  running.process.kill('SIGTERM');
  const { err } = await running.ended;
  expect(planted.search('the log', err)).toEqual([]);
  expect(err).toContain('\\u202e');
  expect(err.replaceAll('\n', '')).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u202a-\u202e]/);
});
