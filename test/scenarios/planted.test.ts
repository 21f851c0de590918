/** Secrets planted in every place where one can be, and looked for in all that comes out. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import type { Finding } from '../support/planted.ts';
import { modernHeaders, modernRequest } from '../support/modern-face.ts';
import { BOTH_TYPES, JSON_TYPE, request, toolCall } from '../support/raw-clients.ts';
import { WsClient } from '../support/ws-client.ts';
import { plantedWorld, type PlantedWorld } from './planted-world.ts';

let at: PlantedWorld | undefined;

afterEach(async () => {
  await at?.close();
  at = undefined;
});

/** Of all answers: where they are from, and their heads and bodies. */
type Heard = [where: string, text: string][];

/** Asks, and takes down what is answered. What does not end by itself is cut after a moment. */
async function ask(heard: Heard, url: string, path: string, init: RequestInit): Promise<string> {
  const abort = new AbortController();
  const timer = setTimeout(() => abort.abort(), 3_000);
  let text = '';
  try {
    const answer = await fetch(url + path, { ...init, signal: abort.signal });
    text = `${answer.status} ${JSON.stringify([...answer.headers])}\n`;
    const reader = answer.body?.getReader();
    for (let chunk = await reader?.read(); chunk && !chunk.done; chunk = await reader?.read()) {
      text += Buffer.from(chunk.value).toString();
      if (text.includes('text/event-stream') && text.endsWith('\n\n') && init.method !== 'POST')
        abort.abort();
    }
  } catch {
    // It was cut, or the gateway said no more.
  }
  clearTimeout(timer);
  heard.push([`${init.method ?? 'GET'} ${path.split('?')[0]}`, text]);
  return text;
}

const SERVERS = [
  ...['leaky', 'refusing', 'failing', 'refusing-sse', 'refusing-ws', 'nowhere', 'missing'],
  ...['granted', 'exchanged', 'personal', 'child-of-ann'],
];
const CALLS = [request(1, 'tools/list'), toolCall(2, 'echo', {}), toolCall(3, 'crash', {})];

/** Calls every server in every way, with arguments that are secrets of the caller. */
async function callAll({ url, keys, planted }: PlantedWorld, heard: Heard): Promise<void> {
  const secret = planted.plant('an argument of a call');
  const named = planted.plant('an argument of a telling name');
  const args = { text: secret, password: named, deep: [{ apiKey: named }] };
  const paths = ['', ...SERVERS.map((name) => `/servers/${name}`), '/projects/web', '/projects/none'];
  for (const path of paths) {
    const key = path.includes('web') ? keys.webby : keys.ann;
    const head = { ...JSON_TYPE, ...BOTH_TYPES, authorization: `Bearer ${key}` };
    const bodies = [...CALLS, toolCall(4, 'echo', args)];
    await Promise.all(
      bodies.flatMap((body) => {
        const modern = modernRequest(body.id ?? 0, body.method ?? '', body.params ?? {});
        const post = { method: 'POST', headers: head, body: JSON.stringify(body) };
        const modernPost = {
          ...post,
          headers: { ...head, ...modernHeaders(modern) },
          body: JSON.stringify(modern),
        };
        return [ask(heard, url, `${path}/mcp`, post), ask(heard, url, `${path}/mcp`, modernPost)];
      }),
    );
    await ask(heard, url, `${path}/sse`, { headers: { accept: 'text/event-stream', 'x-api-key': key } });
  }
}

/** What strangers show, and what they are told; and tickets, spent twice. */
async function knock({ url, keys, planted }: PlantedWorld, heard: Heard): Promise<void> {
  const wrong = (where: string) => planted.plant(`a wrong key in ${where}`);
  const shown = [
    { authorization: `Bearer ${wrong('Authorization')}` },
    { authorization: `Basic ${Buffer.from(`user:${wrong('Basic')}`).toString('base64')}` },
    { authorization: wrong('Authorization without a scheme') },
    { 'x-api-key': wrong('X-API-Key') },
    { cookie: `session=${wrong('a cookie')}` },
    { authorization: `Bearer ${planted.plant('a wrong slc_ key', `slc_${'a1B2'.repeat(10)}`)}` },
    { authorization: `Bearer eyJhbGciOiJub25lIn0.${wrong('a token').replaceAll(/[^\w-]/g, '_')}.` },
    {},
  ];
  const paths = [
    '/mcp',
    '/sse',
    '/servers/leaky/mcp',
    '/projects/web/mcp',
    '/projects/none/sse',
    '/none',
    '/health',
    '/ws',
  ];
  for (const headers of shown) {
    for (const path of paths) {
      const query = ['token', 'key', 'api_key', 'access_token', 'ticket', 'x']
        .map((name) => `${name}=${encodeURIComponent(wrong(`a query, as ${name}`))}`)
        .join('&');
      await ask(heard, url, `${path}?${query}`, { headers: { ...headers, accept: 'text/event-stream' } });
      const body = JSON.stringify(toolCall(1, 'echo', { text: wrong('the body of a stranger') }));
      await ask(heard, url, `${path}?${query}`, {
        method: 'POST',
        headers: { ...headers, ...JSON_TYPE },
        body,
      });
    }
  }
  for (const key of [keys.ann, keys.hashed]) {
    const made: Heard = [];
    const text = await ask(made, url, '/tickets', { method: 'POST', headers: { 'x-api-key': key } });
    const ticket = planted.plant('a ticket', /"ticket":"([^"]+)"/.exec(text)?.[1]);
    const socket = await WsClient.open(`${url.replace('http', 'ws')}/ws?ticket=${ticket}`).catch(
      () => undefined,
    );
    socket?.send(toolCall(1, 'echo', {}));
    await ask(heard, url, `/sse?ticket=${ticket}`, { headers: { accept: 'text/event-stream' } });
    socket?.ws.terminate();
  }
}

/** A key of the store: made, used, shown to the wrong places, listed, taken back, and used again. */
async function keyOfStore({ place, url, planted }: PlantedWorld, heard: Heard): Promise<void> {
  const { out } = await place.run(['keys', 'add', 'carol', '--quiet']);
  const key = planted.plant('a key of the store', out.trim());
  expect(key).toMatch(/^slc_/);
  const use = (path: string) => {
    const headers = { ...JSON_TYPE, ...BOTH_TYPES, authorization: `Bearer ${key}` };
    return ask(heard, url, path, { method: 'POST', headers, body: JSON.stringify(request(1, 'tools/list')) });
  };
  await eventually(async () => (await use('/mcp')).startsWith('200'));
  await use('/projects/web/mcp');
  for (const words of [
    ['list'],
    ['list', '--json'],
    ['revoke', 'carol'],
    ['list'],
    ['revoke', key],
    ['add', key],
  ]) {
    const { out: said, err } = await place.run(['keys', ...words]);
    heard.push([`sluice keys ${words[0]}`, said + err]);
  }
  await eventually(async () => (await use('/mcp')).startsWith('401'));
}

/** Tokens: good ones, ones that ran out, and ones of elsewhere, at the servers that want one for theirs, too. */
async function tokens({ url, issuer, planted }: PlantedWorld, heard: Heard): Promise<void> {
  for (const path of ['/mcp', '/servers/exchanged/mcp', '/servers/personal/mcp', '/servers/leaky/mcp']) {
    const aud = url + path;
    const shown = [
      planted.plant(`a good token for ${path}`, await issuer.token({ aud })),
      planted.plant(`a token for ${path} that ran out`, await issuer.token({ aud, exp: 1_600_000_000 })),
      planted.plant(
        `a token for another than ${path}`,
        await issuer.token({ aud: 'https://elsewhere.example' }),
      ),
    ];
    for (const token of shown) {
      const headers = { ...JSON_TYPE, ...BOTH_TYPES, authorization: `Bearer ${token}` };
      for (const body of CALLS)
        await ask(heard, url, path, { method: 'POST', headers, body: JSON.stringify(body) });
    }
  }
}

async function eventually(holds: () => Promise<boolean>): Promise<void> {
  for (let i = 0; i < 100; i++) {
    if (await holds()) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error('It did not come to hold.');
}

/** What the log says of each file that was looked at. */
const TAKEN = /cannot be used|configuration reloaded/g;

/** Files that a reload takes, and some that it does not. */
async function reload({ place, settings, planted, gateway }: PlantedWorld): Promise<void> {
  const { apiKeys } = settings as { apiKeys: object[] };
  const extra = planted.plant('a key that came with a reload');
  await place.configure({ ...settings, apiKeys: [...apiKeys, { name: 'more', key: extra }] });
  await gateway.says(/configuration|reload/i);
  const bad = planted.plant('a key in a file that is no good');
  for (const wrong of [
    { apiKeys: [...apiKeys, { name: 'ann', key: bad }] },
    { apiKeys: [...apiKeys, { name: 'bad', key: `${bad} with a space` }] },
    { apiKeys: [bad, { nme: bad, key: bad }] },
    { apiKey: bad },
    { state: { keys: [{ id: 'x', secret: planted.plant('a weak key for state', 'weak-secret-01') }] } },
    { mcpServers: { bad: { url: `http://u:${bad}@ho st/?token=${bad}`, headers: { 'bad header': bad } } } },
    { mcpServers: { bad: { command: 'missing-command', args: ['--token', bad], env: { TOKEN: bad } } } },
    { publicUrl: `https://u:${bad}@host/?token=${bad}` },
  ]) {
    const before = (await gateway.says(/^/)).match(TAKEN)?.length ?? 0;
    await place.configure({ ...settings, ...wrong });
    await gateway.says(new RegExp(`(?:(?:${TAKEN.source})[^]*){${before + 1}}`));
  }
}

/** Everything that commands print beside it. */
async function commands({ place, url, planted, keys }: PlantedWorld, heard: Heard): Promise<void> {
  const wrong = planted.plant('a wrong key of a command');
  const env = {
    SLUICE_API_KEY: planted.plant('a key of a command in a variable'),
    FILLED_TOKEN: 'filled-in-elsewhere',
  };
  for (const words of [
    ['config'],
    ['config', '--json'],
    ['config', '--json', '--verbose', '--api-key', planted.plant('a key that was typed')],
    ['audit', '--limit', '5000'],
    ['audit', '--json', '--limit', '5000'],
    ['list', `${url}/mcp`, '--api-key', wrong, '--verbose'],
    ['call', `${url}/mcp`, 'echo', '-H', `X-Secret-Token: ${wrong}`, '--verbose'],
    [
      'list',
      `${url.replace('//', `//me:${encodeURIComponent(wrong)}@`)}/mcp?token=${encodeURIComponent(wrong)}`,
      '--verbose',
    ],
    ['call', `${url}/mcp`, 'crash', '--api-key', keys.ann],
  ]) {
    const { out, err } = await place.run(words, env);
    heard.push([`sluice ${words[0]} ${words[1]?.slice(0, 8) ?? ''}`, out + err]);
  }
}

/** All files of a folder, as they stand. */
function filesIn(folder: string): Heard {
  return readdirSync(folder).map((name) => [name, readFileSync(join(folder, name)).toString('latin1')]);
}

function findings({ planted }: PlantedWorld, heard: Heard): Finding[] {
  return heard.flatMap(([where, text]) => planted.search(where, text));
}

describe('secrets planted everywhere', () => {
  for (const [format, kept] of [
    ['json', 'redacted'],
    ['text', 'hash'],
  ] as const) {
    it(`[PLANT-NOWHERE] are in nothing that comes out, with a log of ${format} and arguments ${kept}`, {
      timeout: 120_000,
    }, async () => {
      const world = await plantedWorld(format, kept);
      at = world;
      const heard: Heard = [];
      await callAll(world, heard);
      await knock(world, heard);
      await tokens(world, heard);
      await keyOfStore(world, heard);
      for (const headers of [{}, { 'x-api-key': world.keys.ann }, { 'x-api-key': world.keys.webby }])
        await ask(heard, world.url, '/health', { headers });
      await reload(world);
      await world.place.configure(world.settings);
      await commands(world, heard);
      world.gateway.process.kill('SIGTERM');
      const { out, err } = await world.gateway.ended;
      heard.push(['the log', err], ['standard output', out], ...filesIn(world.place.path('.sluice')));
      expect(err.length).toBeGreaterThan(20_000);
      expect(heard.length).toBeGreaterThan(150);
      const found = findings(world, heard).filter(({ planted, where }) => !isMeant(planted, where, kept));
      expect(found).toEqual([]);
    });
  }
});

/** What an operator asked for: redacted arguments keep texts whose names tell nothing, and so does `sluice config`. */
function isMeant(planted: string, where: string, kept: string): boolean {
  if (planted.endsWith('whose name tells nothing') && where.startsWith('sluice config')) return true;
  return kept === 'redacted' && planted === 'an argument of a call' && /audit/.test(where);
}
