/** `sluice top` and `sluice inspect` beside a gateway that runs. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { freePort } from '../../support/ports.ts';
import { type Running, Workplace } from './sluice.ts';

const KEY = 'an-operator-key-of-tests';
const MAIN = join(import.meta.dirname, '../../../src/cli/main.ts');
const place = { at: undefined as Workplace | undefined };
afterEach(async () => {
  await place.at?.clear();
  place.at = undefined;
});

interface Serving {
  readonly at: Workplace;
  readonly url: string;
  readonly gateway: Running;
}

async function serving(settings: object = { admin: { key: KEY } }): Promise<Serving> {
  const port = await freePort();
  const at = await Workplace.make({ port, ...settings });
  place.at = at;
  return { at, url: `http://127.0.0.1:${port}`, gateway: await serve(at) };
}

async function serve(at: Workplace): Promise<Running> {
  const gateway = at.start(['serve']);
  await gateway.says(/ready in/);
  return gateway;
}

/** Opens a session under a name. @returns its id as it is shown */
async function open(
  url: string,
  name: string,
): Promise<(method: string, params?: object) => Promise<string>> {
  const head = { accept: 'application/json, text/event-stream', 'content-type': 'application/json' };
  const post = (body: object, more: object = {}) =>
    fetch(`${url}/mcp`, { method: 'POST', headers: { ...head, ...more }, body: JSON.stringify(body) });
  const clientInfo = { name, version: '1' };
  const params = { protocolVersion: '2025-11-25', capabilities: {}, clientInfo };
  const opened = await post({ jsonrpc: '2.0', id: 0, method: 'initialize', params });
  await opened.text();
  const session = { 'mcp-session-id': opened.headers.get('mcp-session-id') ?? '' };
  await (await post({ jsonrpc: '2.0', method: 'notifications/initialized' }, session)).text();
  return async (method, given = {}) => {
    await (await post({ jsonrpc: '2.0', id: 1, method, params: given }, session)).text();
    return session['mcp-session-id'].slice(0, 8);
  };
}

const echo = { name: 'echo', arguments: { text: 'a word' } };
const jsonLines = (text: string) =>
  text.split('\n').flatMap((line) => (line === '' ? [] : [JSON.parse(line) as Record<string, unknown>]));

it('[WATCH-TOP] shows servers and sessions, once and as JSON, without a key in the folder of the gateway', async () => {
  const { at, url } = await serving();
  const ask = await open(url, 'ann \u001b[31m\u202e');
  const id = await ask('tools/call', echo);
  const shown = await at.run(['top', '--once']);
  expect([shown.code, shown.err]).toEqual([0, '']);
  expect(shown.out).toMatch(/^sluice \d\S+ {2}http:\/\/127\.0\.0\.1:\d+ {2}up \S+ {2}healthy\n/);
  expect(shown.out).toMatch(/\nfixture +up +stdio +/);
  expect(shown.out).toContain(`\n${id}  fixture  ann \\u001b[31m\\u202e 1`);
  const json = await at.run(['top', url, '--once', '--json'], { ADMIN_KEY: KEY });
  expect(jsonLines(json.out)).toMatchObject([
    { overview: { status: 'healthy' }, servers: [{ name: 'fixture' }], sessions: [{ id }] },
  ]);
});

it('[WATCH-CODES] says clearly what is wrong, with the exit codes of other commands', async () => {
  const { at, url } = await serving();
  const words = [
    ['top', url, '--once', '--key', 'another-key-altogether'],
    ['inspect', 'http://127.0.0.1:9'],
    ['top', 'ftp://127.0.0.1'],
    ['inspect', '--limit', 'x'],
    ['inspect', '--session', '00000000'],
  ];
  const [wrong, nobody, ...others] = await Promise.all(words.map((each) => at.run(each)));
  expect([wrong?.code, wrong?.err]).toEqual([
    3,
    `The gateway at ${url} does not know this admin key (status 401); give it with --key or ADMIN_KEY.\n`,
  ]);
  expect(nobody?.code).toBe(4);
  expect(nobody?.err).toMatch(/^The gateway at \S+:9 could not be reached: .*; is it running, .*\?\n$/);
  for (const { code, err } of others) {
    expect(code, err).toBe(1);
    expect(err).toMatch(/^[A-Z"-][^\n]+\.\n$/);
  }
});

it('[WATCH-INSPECT] shows sessions and messages, and only what is asked for', async () => {
  const { at, url } = await serving();
  const [ann, bob] = [await open(url, 'ann'), await open(url, 'bob')];
  const [annId, bobId] = [await ann('tools/call', echo), await bob('tools/list')];
  await bob('tools/call', { name: 'refuse' });
  const all = await at.run(['inspect']);
  expect(all.out).toMatch(new RegExp(`^${annId} +fixture +ann 1 .*\n${bobId} +fixture +bob 1 `));
  const line = (text: string) => all.out.split('\n').find((one) => one.includes(text)) ?? '';
  expect(line('tools/call echo')).toMatch(
    new RegExp(`^[\\d:.]{12} {2}${annId}   ──▶ │ +fixture +tools/call echo #1 +[\\d.]+ B$`),
  );
  const answered = all.out
    .split('\n')
    .find((one) => one.includes('◀── │') && one.includes('result of tools/call echo'));
  expect(answered).toMatch(/ [\d.]+ ms +[\d.]+ B$/);
  const json = async (...words: string[]) => jsonLines((await at.run(['inspect', '--json', ...words])).out);
  const messages = async (...words: string[]) =>
    (await json(...words)).filter(({ type }) => type === 'message');
  const [anns, errors, none, two, zero, facts] = await Promise.all([
    messages('--session', annId, '--method', 'tools/*'),
    messages('--errors'),
    messages('--server', 'none'),
    messages('--limit', '2'),
    messages('--limit', '0'),
    at.run(['inspect', '--session', bobId, '--limit', '0']),
  ]);
  expect(anns).toMatchObject([
    { session: annId, leg: 'from-client', method: 'tools/call', target: 'echo', kind: 'request' },
    { leg: 'to-server' },
    { leg: 'from-server', kind: 'response' },
    { leg: 'to-client', kind: 'response', ms: expect.any(Number) },
  ]);
  expect(errors.map(({ session, target }) => [session, target])).toEqual([
    [bobId, 'refuse'],
    [bobId, 'refuse'],
  ]);
  expect([none.length, two.length, zero.length]).toEqual([0, 2, 0]);
  expect(facts.out).toMatch(/\nclient +bob 1\n/);
});

it('[WATCH-FOLLOW] shows what passes as it passes, across a gateway that is killed and comes back', async () => {
  const { at, url, gateway } = await serving();
  const ask = await open(url, 'ann');
  const following = at.start(['inspect', '--follow', '--payload', '--json', '--method', 'tools/call']);
  await following.says(/"change":"known"/);
  // What it says is kept from the moment on in which somebody watches.
  for (let tries = 0; tries < 50 && !(await said(following, 20)).includes('a word'); tries++)
    await ask('tools/call', echo);
  const before = jsonLines((await said(following, 0)).split('\n').slice(0, -1).join('\n'));
  const seen = before.filter(({ type }) => type === 'message').map(({ seq }) => seq);
  expect(seen).toEqual([...new Set(seen)].toSorted((a, b) => Number(a) - Number(b)));
  gateway.process.kill('SIGKILL');
  await gateway.ended;
  await following.says(/Trying again\./);
  await serve(at);
  await following.says(/The gateway was started anew\./);
  const other = await open(url, 'after');
  await other('tools/call', { name: 'echo', arguments: { text: 'another word' } });
  await following.says(/another word/);
  // More at once than is sent at once: asked for, and in its place.
  await Promise.all(
    Array.from({ length: 40 }, (_, at) =>
      other('tools/call', { name: 'echo', arguments: { text: `burst ${at}` } }),
    ),
  );
  await expect.poll(async () => new Set((await said(following, 20)).match(/burst \d+/g)).size).toBe(40);
  const all = jsonLines(
    (await said(following, 100))
      .split('\n')
      .filter((one) => one.endsWith('}'))
      .join('\n'),
  );
  const burst = all.filter(({ payload }) => String(payload).includes('burst')).map(({ seq }) => Number(seq));
  expect(burst).toEqual(burst.toSorted((a, b) => a - b));
  expect(new Set(burst).size).toBe(160);
  following.process.kill('SIGINT');
  expect((await following.ended).code).toBe(130);
});

/** What it said by then. */
async function said(running: Running, ms: number): Promise<string> {
  await new Promise((done) => setTimeout(done, ms));
  return running.says(/^/);
}

/** A command on a terminal of its own. */
function onTerminal(at: Workplace, words: readonly string[], env: Record<string, string> = {}) {
  const command = `stty cols 70 rows 20; exec ${process.execPath} ${MAIN} ${words.join(' ')}`;
  const child = spawn('script', ['-qefc', command, '/dev/null'], {
    cwd: at.folder,
    env: { PATH: process.env['PATH'], TERM: 'xterm', ...env },
  });
  const state = { said: '' };
  child.stdout.on('data', (chunk: Buffer) => void (state.said += chunk.toString()));
  const ended = new Promise<number | null>((resolve) => void child.on('close', resolve));
  const says = (pattern: RegExp) => expect.poll(() => state.said, { timeout: 10_000 }).toMatch(pattern);
  return { child, state, ended, says, press: (key: string) => child.stdin.write(key) };
}

const TAKEN = '\u001b[?1049h';
const GIVEN_BACK = '\u001b[?25h\u001b[?1049l';

it('[WATCH-SCREEN] draws anew every second on a terminal, and gives it back however it ends', async () => {
  const { at, gateway, url } = await serving();
  await open(url, 'ann');
  const top = onTerminal(at, ['top'], { NO_COLOR: '1' });
  await top.says(/up [1-9]s[^]*up [2-9]s/);
  expect(top.state.said).toContain(TAKEN);
  expect(top.state.said).not.toMatch(/\u001b\[\d+m/);
  top.press('q');
  expect(await top.ended).toBe(0);
  expect(top.state.said).toContain(GIVEN_BACK);
  const coloured = onTerminal(at, ['top']);
  await coloured.says(/\u001b\[32mhealthy/);
  gateway.process.kill('SIGKILL');
  await coloured.says(/could not be reached/);
  coloured.press('\u0003');
  expect(await coloured.ended).toBe(130);
  expect(coloured.state.said.lastIndexOf(GIVEN_BACK)).toBeGreaterThan(coloured.state.said.lastIndexOf(TAKEN));
});

it('[SWITCHED-SIGNED] are refused nothing in the folder of their gateway, and sign out at their end', async () => {
  const { at, gateway } = await serving();
  for (const words of [['top', '--once'], ['inspect']]) expect((await at.run(words)).code).toBe(0);
  const log = await gateway.says(/"logout"[^]*"logout"/);
  expect(log.match(/"login"/g)).toHaveLength(2);
  expect(log).not.toContain('refused');
});

it('[SWITCHED-CUT] goes on after all that passed while its stream was cut', async () => {
  const { at, url } = await serving();
  const ask = await open(url, 'ann');
  const way = await cuttable(Number(new URL(url).port));
  const words = ['inspect', way.url, '--key', KEY, '--follow', '--limit', '1', '--json'];
  const following = at.start([...words, '--method', 'tools/call']);
  await following.says(/"type":"session"/);
  await way.isUsed();
  for (let tries = 0; tries < 200 && !(await said(following, 20)).includes('"echo"'); tries++)
    await ask('tools/call', echo);
  way.cut();
  await following.says(/Trying again\./);
  for (let call = 0; call < 3; call++) await ask('tools/call', { name: 'echo-in-the-gap', arguments: {} });
  way.mend();
  await following.says(/Connected again\./);
  const shown = async () =>
    jsonLines(
      (await said(following, 0))
        .split('\n')
        .filter((one) => one.endsWith('}'))
        .join('\n'),
    );
  const missed = async () => (await shown()).filter(({ target }) => target === 'echo-in-the-gap');
  await expect.poll(async () => (await missed()).length).toBe(12);
  following.process.kill('SIGINT');
  await following.ended;
  way.close();
});

/** A way to a port of this machine that can be cut, and mended. */
async function cuttable(port: number) {
  const sockets = new Set<Socket>();
  let isCut = false;
  const server = createServer((socket) => {
    if (isCut) return void socket.destroy();
    const onward = connect(port, '127.0.0.1');
    for (const each of [socket, onward]) {
      sockets.add(each);
      each.on('error', () => undefined);
      each.on('close', () => {
        sockets.delete(each);
        socket.destroy();
        onward.destroy();
      });
    }
    socket.pipe(onward).pipe(socket);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const cut = () => {
    isCut = true;
    for (const socket of sockets) socket.destroy();
  };
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    isUsed: () => expect.poll(() => sockets.size).toBeGreaterThan(0),
    cut,
    mend: () => void (isCut = false),
    close: () => {
      cut();
      server.close();
    },
  };
}
