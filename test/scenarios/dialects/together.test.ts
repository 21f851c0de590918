/** One `superset` route, and every kind of client on it at the same time. */
import { it } from 'vitest';
import { echoStdio, startTestGateway } from '../../support/gateway.ts';
import { callTogether } from '../../support/together.ts';

it('[DIALECT-TOGETHER] 20 of each of six kinds of client make 1,000 calls, and every answer reaches its asker', async () => {
  const gateway = await startTestGateway({
    servers: { echo: echoStdio({ sharing: 'shared' }) },
    settings: { heartbeatMs: 200 },
  });
  await callTogether(gateway);
});
