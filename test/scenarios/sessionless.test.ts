/**
 * A server of both eras as the modern SDK makes it unless told otherwise: legacy requests are served each by itself,
 * without a session, so that it could neither ask a legacy client nor tell it of changes.
 */
import { Client } from 'sdk-1.32/client/index.js';
import { StreamableHTTPClientTransport } from 'sdk-1.32/client/streamableHttp.js';
import { ElicitRequestSchema, ToolListChangedNotificationSchema } from 'sdk-1.32/types.js';
import { expect, it, onTestFinished } from 'vitest';
import { startModernHttp } from '../fixtures/modern/listen.ts';
import { startTestGateway } from '../support/gateway.ts';
import { streamableAt } from '../support/network-servers.ts';

it('[ASLEG-SESSIONLESS] a legacy client is asked, and told of changes, all the same', async () => {
  const server = await startModernHttp('stateless');
  onTestFinished(() => server.close());
  const gateway = await startTestGateway({ servers: { srv: streamableAt(server.url) } });
  const client = new Client({ name: 'old', version: '1' }, { capabilities: { elicitation: {} } });
  const asked: string[] = [];
  client.setRequestHandler(ElicitRequestSchema, ({ params }) => {
    asked.push(params.message);
    return { action: 'accept', content: { name: 'Ann' } };
  });
  const changed = new Promise<void>((resolve) => {
    client.setNotificationHandler(ToolListChangedNotificationSchema, () => resolve());
  });
  await client.connect(new StreamableHTTPClientTransport(new URL(gateway.mcp())));
  const result = await client.callTool({ name: 'ask_elicitation', arguments: { message: 'Who?' } });
  expect(asked).toEqual(['Who?']);
  expect(JSON.stringify(result.content)).toContain('Ann');
  await client.callTool({ name: 'change_list', arguments: { kind: 'tools' } });
  await changed;
  await client.close();
});
