/** What a server over Streamable HTTP refuses a call with, and what becomes of the call: told in its words, run once. */
import type { ServerResponse } from 'node:http';
import { expect, it } from 'vitest';
import { startTestGateway } from '../support/gateway.ts';
import { streamableAt } from '../support/network-servers.ts';
import { SseClient, toolCall } from '../support/raw-clients.ts';
import type { Rpc } from '../support/raw.ts';
import { type Got, json, played, result, well } from '../unit/upstreams/network-harness.ts';

type Odd = (got: Got, response: ServerResponse) => void;

const TOOLS = { tools: [{ name: 'pay' }, { name: 'look', annotations: { readOnlyHint: true } }] };

function lists({ message }: Got, response: ServerResponse): boolean | void {
  return message.method === 'tools/list' ? json(response, result(message.id, TOOLS)) : false;
}

function refuses(status: number, words: string, isOwn: boolean): Odd {
  return ({ message }, response) => {
    const error = { code: -32000, message: words };
    const body = JSON.stringify({ jsonrpc: '2.0', id: isOwn ? message.id : null, error });
    response.writeHead(status, { 'content-type': 'application/json' }).end(body);
  };
}

function half(status: number, headers: Record<string, string> = {}): Odd {
  return (_got, response) => {
    response.writeHead(status, { 'content-type': 'application/json', 'content-length': '99', ...headers });
    response.write('{');
  };
}

/** Calls a tool of a server that does this to it. Gives the answer, and how often the tool was asked for. */
async function called(name: string, odd: Odd): Promise<{ answer: Rpc; runs: number }> {
  let runs = 0;
  const tool: Odd = (got, response) => {
    runs += 1;
    odd(got, response);
  };
  const server = await played(
    (got, response) => (got.message.method === 'tools/call' ? tool(got, response) : false),
    lists,
    well(),
  );
  const gateway = await startTestGateway({ servers: { far: streamableAt(`${server.url}/mcp`) } });
  const client = await SseClient.open(gateway.sse());
  await client.initialize();
  const answer = await client.ask(toolCall(1, name), 9_000);
  client.close();
  await gateway.close();
  return { answer, runs };
}

it.each([
  [400, 'The browser session expired'],
  [404, 'There is no such order'],
])(
  '[REFUSAL-OWN-WORDS] an answer to the very request is its answer, whatever its status (%i)',
  async (status, words) => {
    const { answer, runs } = await called('pay', refuses(status, words, true));
    expect(answer.error).toEqual({ code: -32000, message: words });
    expect(runs).toBe(1);
  },
);

it('[REFUSAL-DOUBTFUL] what may be of the session, or of the call, is not run again unless it is safe', async () => {
  for (const [name, most] of [
    ['pay', 1],
    ['look', 3],
  ] as const) {
    const { answer, runs } = await called(name, refuses(404, 'Session not found', true));
    expect(answer.error?.data?.code).toBe('may_have_run');
    expect(runs).toBe(most);
  }
});

it('[REFUSAL-NO-SESSION] a server that never knows its session is asked three times in all', async () => {
  const { answer, runs } = await called('pay', refuses(400, 'No valid session ID provided', false));
  expect(answer.error?.message).toContain('does not know its session');
  expect(runs).toBe(3);
});

it('[REFUSAL-BUSY] 429 is told at once with its time, and nothing is sent again', async () => {
  const busy: Odd = (_got, response) => void response.writeHead(429, { 'retry-after': '30' }).end();
  for (const name of ['pay', 'look']) {
    const { answer, runs } = await called(name, busy);
    expect(answer.error?.message).toContain('answered 429');
    expect(answer.error?.data).toMatchObject({ code: 'upstream_failed', retryAfterMs: 30_000 });
    expect(runs).toBe(1);
  }
});

it('[REFUSAL-BUSY] 503 is sent again after its time, and not where nobody would wait so long', async () => {
  let tries: number[] = [];
  const busy = (seconds: number): Odd => {
    tries = [];
    return (got, response) => {
      tries.push(Date.now());
      if (tries.length > 1) return json(response, result(got.message.id, { content: [] }));
      response.writeHead(503, { 'retry-after': String(seconds) }).end();
    };
  };
  expect((await called('look', busy(1))).answer.result).toEqual({ content: [] });
  expect((tries[1] ?? 0) - (tries[0] ?? 0)).toBeGreaterThan(950);
  const { answer, runs } = await called('pay', busy(30));
  expect(answer.error?.data).toMatchObject({ code: 'may_have_run', retryAfterMs: 30_000 });
  expect(answer.error?.message).toContain('answered 503');
  expect(runs).toBe(1);
});

it('[REFUSAL-HALF] a refusal or a redirect whose body does not come is taken for what its head says', async () => {
  expect((await called('pay', half(401))).answer.error?.message).toContain('answered 401');
  const moved: Odd = (got, response) =>
    got.url === '/other'
      ? json(response, result(got.message.id, { content: [] }))
      : half(307, { location: '/other' })(got, response);
  expect((await called('pay', moved)).answer.result).toEqual({ content: [] });
  const cut: Odd = (got, response) => {
    half(403)(got, response);
    setImmediate(() => response.destroy());
  };
  expect((await called('pay', cut)).answer.error?.message).toContain('answered 403');
});
