/** The client of pages in Node, with a real gateway: the shortest program there is, and all it must not do. */
import { describe, expect, it } from 'vitest';
import { connect } from '../../src/browser.ts';
import { echoStdio, startTestGateway } from '../support/gateway.ts';

const KEY = 'slc_page_key';

interface Told {
  readonly content: readonly { readonly text: string }[];
}

describe.each(['mcp', 'sse', 'servers/echo/mcp', 'servers/echo/sse'])('/%s', (path) => {
  it('[PAGE-FIVE-LINES] calls a tool', async () => {
    const { url, recorder } = await startTestGateway({ servers: { echo: echoStdio() }, apiKeys: [KEY] });
    const link = connect({ url: `${url}/${path}`, headers: { 'X-API-Key': KEY } });
    const { content } = await link.request<Told>('tools/call', {
      name: 'echo',
      arguments: { text: 'hello' },
    });
    expect(content[0]?.text).toBe('hello');
    expect(link.server?.serverInfo?.name).toBeDefined();
    link.close();
    await recorder.when('sessionClosed');
    expect(recorder.of('refused')).toEqual([]);
  });
});

it('[PAGE-ERRORS] a link to a server that does not exist is closed with the reason', async () => {
  const { url } = await startTestGateway({ servers: { echo: echoStdio() } });
  const link = connect({ url: `${url}/servers/nobody/mcp` });
  await expect(link.request('ping')).rejects.toMatchObject({ status: 404, word: 'unknown_server' });
  expect(link.state).toBe('closed');
});

it('[PAGE-BOUNDED] a thousand calls at once are all answered to their askers', async () => {
  const { url } = await startTestGateway({ servers: { echo: echoStdio() } });
  const link = connect({ url: `${url}/sse`, limits: { waiting: 1_000 } });
  const asked = Array.from({ length: 1_000 }, (_, n) =>
    link.request<Told>('tools/call', { name: 'echo', arguments: { text: `${n}` } }),
  );
  const texts = (await Promise.all(asked)).map(({ content }) => content[0]?.text);
  expect(texts).toEqual(asked.map((_, n) => `${n}`));
  link.close();
});
