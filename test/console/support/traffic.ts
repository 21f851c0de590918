/** Clients beside the console: what passes between them and the servers is what the console shows. */
import { Client } from 'sdk-1.32/client/index.js';
import { SSEClientTransport } from 'sdk-1.32/client/sse.js';
import { StreamableHTTPClientTransport } from 'sdk-1.32/client/streamableHttp.js';
import { ElicitRequestSchema } from 'sdk-1.32/types.js';
import { afterTest } from '../../support/endings.ts';
import { modernHeaders, modernRequest } from '../../support/modern-face.ts';

const opened = new Set<Client>();
afterTest(async () => {
  await Promise.all([...opened].map((client) => client.close().catch(() => undefined)));
  opened.clear();
});

export interface Peer {
  readonly client: Client;
  /** As the console shows it. */
  readonly session: string;
  call(name: string, args?: Record<string, unknown>): Promise<Record<string, unknown>>;
}

/** A client that answers what it is asked. Closed after the test. @param url of Streamable HTTP, or ending in `/sse` */
export async function connect(
  url: string,
  name = 'tester',
  headers: Record<string, string> = {},
): Promise<Peer> {
  const client = new Client({ name, version: '1.0' }, { capabilities: { elicitation: {} } });
  client.setRequestHandler(ElicitRequestSchema, () => ({
    action: 'accept',
    content: { username: 'Ann', email: 'ann@example.com' },
  }));
  const ids = { of: '' };
  const init = { headers };
  const transport = url.endsWith('/sse')
    ? new SSEClientTransport(new URL(url), { requestInit: init })
    : new StreamableHTTPClientTransport(new URL(url), { requestInit: init });
  await client.connect(transport);
  opened.add(client);
  if (transport instanceof StreamableHTTPClientTransport) ids.of = transport.sessionId ?? '';
  return {
    client,
    session: ids.of.slice(0, 8),
    call: (tool, args = {}) =>
      client.callTool({ name: tool, arguments: args }, undefined, asking(tool)) as Promise<
        Record<string, unknown>
      >,
  };
}

/** Whoever wants progress says so. */
function asking(tool: string): { onprogress?: () => void } {
  return tool === 'progress' ? { onprogress: () => {} } : {};
}

/** One request in modern words, which need no session. */
export async function askModern(
  url: string,
  id: number,
  method: string,
  params: Record<string, unknown>,
): Promise<void> {
  const rpc = modernRequest(id, method, params);
  const answer = await fetch(url, { method: 'POST', headers: modernHeaders(rpc), body: JSON.stringify(rpc) });
  await answer.text();
}
