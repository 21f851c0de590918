/** Modern requests on the wire, by both entries of a gateway before a played server. */
import { expect, test } from 'vitest';
import { startTestGateway, type TestGateway } from '../support/gateway.ts';
import { ENTRIES, modernHeaders, modernRequest } from '../support/modern-face.ts';
import { eventually, firstAnswer, type Rpc, send, wire } from '../support/raw.ts';
import { FakeDriver } from '../unit/engine/fake-driver.ts';

const CALL = modernRequest('c', 'tools/call', { name: 't', arguments: {} }, { progressToken: 'p' });

interface Played {
  readonly at: TestGateway;
  readonly driver: FakeDriver;
}

async function played(settings: object = {}): Promise<Played> {
  const driver = new FakeDriver();
  driver.canBeModern = true;
  driver.takesHeaders = true;
  const at = await startTestGateway({ servers: { srv: () => ({ driver, era: 'modern' }) }, settings });
  return { at, driver };
}

/** The number of the call at the server, once it is there. */
async function arrived({ driver }: Played, calls = 1): Promise<number> {
  const methods = () => driver.links.flatMap((link) => link.methods);
  await eventually(
    'the call is there',
    () => methods().filter((name) => name === 'tools/call').length >= calls,
  );
  return driver.link.last.id as number;
}

const PROGRESS = (number: number) => ({ progressToken: number, progress: 1 });

for (const entry of ENTRIES) {
  test(`[FACE-BYTES] by ${entry.name}: whatever is written comes as it is, but for the id`, async () => {
    const world = await played();
    const { driver, at } = world;
    const meta = JSON.stringify(CALL.params?.['_meta']);
    const args = '{"z":1, "big":12345678901234567890,"f":1.0,"e":1E5,"u":"\\u00fc\\/","a":[ ]}';
    const params = `{"_meta":${meta}, "arguments":${args},"name":"t" }`;
    const body = ` {"params":${params},"method":"tools/call","id":"\\u0063","jsonrpc":"2.0"}\n`;
    const asked = entry.post(at, at.mcp(), modernHeaders(CALL), body);
    const number = await arrived(world);
    const sent = params.replace('"progressToken":"p"', `"progressToken":${number}`);
    expect(driver.link.raw.at(-1)?.trim()).toBe(
      `{"params":${sent},"method":"tools/call","id":${number},"jsonrpc":"2.0"}`,
    );
    const result = '{ "resultType":"complete", "n":-9007199254740993,"s":"\\ud83d\\ude00","x":0.10 }';
    driver.link.says(`{"result":${result} ,"id":${number},"jsonrpc":"2.0"}`);
    const reply = await asked;
    expect([reply.status, reply.headers['content-type']]).toEqual([200, 'application/json']);
    expect(reply.text).toBe(`{"result":${result} ,"id":"\\u0063","jsonrpc":"2.0"}`);
    expect(reply.headers['mcp-session-id']).toBeUndefined();
  });

  test(`[FACE-STREAM] by ${entry.name}: events, then the answer, then the end`, async () => {
    const world = await played();
    const { driver, at } = world;
    const asked = entry.open(at, at.sse(), modernHeaders(CALL), JSON.stringify(CALL));
    const number = await arrived(world);
    driver.link.notifies('notifications/progress', PROGRESS(number));
    const open = await asked;
    expect([open.status, open.isStream]).toEqual([200, true]);
    await open.until(/"progressToken":"p"/);
    driver.link.answers(number, { done: true });
    expect(await open.until(/"done":true/)).not.toMatch(/^(?:id|retry):/m);
  });

  test(`[FACE-CANCEL] by ${entry.name}: a client that leaves before the head calls off what it asked`, async () => {
    const world = await played({ modernGraceMs: 60_000 });
    const body = JSON.stringify(CALL);
    const { at, driver } = world;
    await entry.leave(at, at.mcp(), modernHeaders(CALL), body, arrived(world));
    await eventually('the call is off', () => driver.link.last.method === 'notifications/cancelled');
    expect(driver.link.abandoned.length).toBe(1);
  });

  test(`[FACE-CANCEL] by ${entry.name}: and so does one that leaves its stream`, async () => {
    const world = await played({ modernGraceMs: 1 });
    const { at, driver } = world;
    const open = await entry.open(at, at.mcp(), modernHeaders(CALL), JSON.stringify(CALL));
    const number = await arrived(world);
    driver.link.notifies('notifications/progress', PROGRESS(number));
    await open.until(/notifications\/progress/);
    open.cut();
    await eventually('the call is off', () => driver.link.last.method === 'notifications/cancelled');
    expect(driver.link.last.params?.['requestId']).toBe(number);
    expect(driver.link.abandoned).toEqual([number]);
  });

  test(`[FACE-VERSION] [FACE-METHOD] [FACE-NAME] by ${entry.name}: a header that comes twice is refused`, async () => {
    const { at, driver } = await played();
    for (const twice of ['mcp-protocol-version', 'mcp-method', 'mcp-name']) {
      const headers = modernHeaders(CALL);
      const value = headers[twice] ?? '';
      const reply = await entry.post(
        at,
        at.mcp(),
        { ...headers, [twice]: `${value}, ${value}` },
        JSON.stringify(CALL),
      );
      expect([reply.status, (JSON.parse(reply.text) as Rpc).error?.code]).toEqual([400, -32020]);
    }
    expect(driver.opens).toBe(0);
  });

  test(`[FACE-NAME] by ${entry.name}: names of headers are the same in any case, values are not`, async () => {
    const { at, driver } = await played();
    driver.answersCalls = true;
    const upper = Object.fromEntries(
      Object.entries(modernHeaders(CALL)).map(([k, v]) => [k.toUpperCase(), v]),
    );
    expect((await entry.post(at, at.mcp(), upper, JSON.stringify(CALL))).status).toBe(200);
    const shouted = { ...modernHeaders(CALL), 'mcp-name': 'T' };
    expect((await entry.post(at, at.mcp(), shouted, JSON.stringify(CALL))).status).toBe(400);
  });

  test(`[FACE-STATUS] by ${entry.name}: an unknown method is 404 with its error`, async () => {
    const { at, driver } = await played();
    driver.script = () => ({ error: { code: -32601, message: 'Method not found' } });
    const body = modernRequest(1, 'no/such');
    const reply = await entry.post(at, at.mcp(), modernHeaders(body), JSON.stringify(body));
    expect([reply.status, JSON.parse(reply.text)]).toEqual([
      404,
      { jsonrpc: '2.0', id: 1, error: { code: -32601, message: 'Method not found' } },
    ]);
  });
}

test('[FACE-NAME] one name in two headers is refused, though together they read like another', async () => {
  const { at, driver } = await played();
  const body = JSON.stringify(modernRequest(1, 'tools/call', { name: 'a, b' }));
  const head = (names: string) =>
    `POST /mcp HTTP/1.1\r\nHost: 127.0.0.1:${at.port}\r\nConnection: close\r\nContent-Type: application/json\r\n` +
    `Accept: application/json, text/event-stream\r\nMCP-Protocol-Version: 2026-07-28\r\nMcp-Method: tools/call\r\n` +
    `${names}Content-Length: ${body.length}\r\n\r\n`;
  driver.answersCalls = true;
  expect(firstAnswer(await wire(at.port, head('Mcp-Name: a, b\r\n') + body)).status).toBe(200);
  for (const names of ['a\r\nmcp-name: b', 'other\r\nMCP-NAME: a, b', 'a, b\r\nMcp-Name: a, b']) {
    const twice = firstAnswer(await wire(at.port, head(`Mcp-Name: ${names}\r\n`) + body));
    expect([twice.status, (JSON.parse(twice.body) as Rpc).error?.code]).toEqual([400, -32020]);
  }
});

test('[FACE-SLOW] a reader that stops is cut, and what is behind it is told to stop', async () => {
  const world = await played({ modernGraceMs: 1, queuedBytes: 1_000_000 });
  const { at, driver } = world;
  const reply = await send(at.mcp(), {
    method: 'POST',
    headers: modernHeaders(CALL),
    body: JSON.stringify(CALL),
    alone: true,
  });
  reply.stall();
  const number = await arrived(world);
  const large = { ...PROGRESS(number), message: 'x'.repeat(500_000) };
  await eventually('the call is off', () => {
    driver.link.notifies('notifications/progress', large);
    return driver.link.last.method === 'notifications/cancelled';
  });
  expect(driver.link.abandoned).toEqual([number]);
  reply.cut();
});

test('[FACE-JSON] a large answer comes whole', async () => {
  const world = await played({ modernGraceMs: 10_000 });
  const { at, driver } = world;
  const text = 'x'.repeat(4_000_000);
  const asked = send(at.mcp(), { method: 'POST', headers: modernHeaders(CALL), body: JSON.stringify(CALL) });
  const number = await arrived(world);
  driver.link.answers(number, { text });
  const answer = await (await asked).json<Rpc>();
  expect(answer.result?.['text']).toBe(text);
});
