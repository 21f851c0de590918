/** `examples/rails`: what the document of the Rails application shows, played on the gateway. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Reply, type Rpc, send } from '../support/raw.ts';
import { blocks, curlLines } from './curl.ts';
import { type Example, startExample } from './gateway.ts';
import { Page } from './page.ts';
import { beside, type Turn } from './sdk.ts';

const LINES = curlLines('rails', ['health', 'plain', 'stream', 'post']);
const ISO = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d/;
const CLIENT = { id: 1, name: 'Test Client', email: 'test@example.com' };

let gateway: Example;

beforeAll(async () => {
  gateway = await startExample('rails', { SSE_HEARTBEAT_INTERVAL: '200' });
});

afterAll(() => gateway.stop());

const route = () => ({ url: `${gateway.url}/mcp/sse` });

const finds: Turn = async (peer, mark) => {
  const email = mark.endsWith('1') ? 'second@example.com' : 'test@example.com';
  expect(JSON.parse(await peer.text('get_client', { email }))).toMatchObject({ email });
};

const post = (body: string) =>
  send(`${gateway.url}/mcp/sse/message`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body,
  });

function told<T>(stream: Reply, event: string): Promise<T> {
  const find = () => stream.events.events.find((each) => each.event === event);
  return stream.events.until(event, find).then(({ data }) => JSON.parse(data) as T);
}

const open = () => send(`${gateway.url}/mcp/sse`, { headers: { accept: 'text/event-stream' }, alone: true });

describe('the document of the Rails application', () => {
  it('[EXAMPLE-RAILS-JS] runs its JavaScript client up to a heartbeat, beside clients of two SDKs', async () => {
    await beside(route(), finds, async () => {
      const page = new Page(gateway.url);
      for (const script of blocks('rails', 'js')) page.run(script);
      const [connected] = await page.logged('connected');
      expect(connected).toMatchObject({
        type: 'connection_established',
        connection_id: expect.any(String) as string,
        server_info: { name: expect.any(String) as string, version: expect.any(String) as string },
      });
      page.run(
        `sendMCPRequest('tools/call', { name: 'get_client', arguments: { email: 'test@example.com' } })`,
      );
      expect(await page.logged('answered')).toEqual([
        200,
        { status: 'sent', timestamp: expect.stringMatching(ISO) as string },
      ]);
      const [response] = (await page.logged('mcp_response')) as [Rpc];
      expect(JSON.parse(response.result?.content?.[0]?.text ?? '')).toEqual(CLIENT);
      expect(Object.keys(response).sort(), 'the pure response').toEqual(['id', 'jsonrpc', 'result']);
      const [heartbeat] = await page.logged('heartbeat');
      expect(heartbeat).toMatchObject({ type: 'heartbeat' });
      page.close();
    });
  });

  it('[EXAMPLE-RAILS-CURL] plays its requests with and without a stream, beside clients of two SDKs', async () => {
    await beside(route(), finds, async () => {
      expect((await LINES.health.play(gateway.url)).status).toBe(200);
      const plain = await LINES.plain.play(gateway.url);
      const { result } = await plain.json<Rpc>();
      const contents = result?.['contents'] as { text: string }[] | undefined;
      expect(JSON.parse(contents?.[0]?.text ?? '')).toContainEqual(CLIENT);

      const stream = await LINES.stream.play(gateway.url);
      const { connection_id: CONNECTION } = await told<{ connection_id: string }>(stream, 'connected');
      const sent = await LINES.post.play(gateway.url, { CONNECTION });
      expect([sent.status, await sent.json()]).toEqual([
        200,
        { status: 'sent', timestamp: expect.stringMatching(ISO) as string },
      ]);
      expect(await told<Rpc>(stream, 'mcp_response')).toMatchObject({
        id: 1,
        result: { resources: [{ uri: 'rails://clients' }] },
      });
      stream.cut();
    });
  });

  it('[EXAMPLE-RAILS-ERRORS] tells what is wrong with a POST as 400 with error and timestamp', async () => {
    const refusal = (error: string) => ({ error, timestamp: expect.stringMatching(ISO) as string });
    for (const member of ['', ',"connection_id":"gone"']) {
      const reply = await post(`{"jsonrpc":"2.0","id":1,"method":"tools/list"${member}}`);
      expect([reply.status, await reply.json()]).toEqual([400, refusal('Invalid or missing connection_id')]);
    }
    const broken = await post('{"jsonrpc":');
    expect([broken.status, await broken.json()]).toEqual([400, refusal(expect.any(String) as string)]);
  });

  it('[EXAMPLE-RAILS-UNKNOWN] tells an unknown method as the response of its own request', async () => {
    const stream = await open();
    const { connection_id } = await told<{ connection_id: string }>(stream, 'connected');
    const sent = await post(JSON.stringify({ jsonrpc: '2.0', method: 'no/such', id: 5, connection_id }));
    expect(sent.status).toBe(200);
    expect(await told<Rpc>(stream, 'mcp_response')).toMatchObject({ id: 5, error: { code: -32601 } });
    stream.cut();
  });

  it('[EXAMPLE-RAILS-CORS] lets the pages of CORS_ORIGINS in', async () => {
    const origin = 'https://app.example.com';
    const open = await startExample('rails', { CORS_ORIGINS: origin });
    const asked = {
      'access-control-request-method': 'POST',
      'access-control-request-headers': 'content-type',
    };
    const preflight = await send(`${open.url}/mcp/sse/message`, {
      method: 'OPTIONS',
      headers: { origin, ...asked },
    });
    expect([preflight.status, preflight.headers['access-control-allow-origin']]).toEqual([204, origin]);
    await open.stop();
  });
});
