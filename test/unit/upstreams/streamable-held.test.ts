/** Answers to what needs none, that a server holds open. */
import type { ServerResponse } from 'node:http';
import { it } from 'vitest';
import { until } from './harness.ts';
import { ask, type Got, played, ready, stream, well } from './network-harness.ts';

type Hold = (response: ServerResponse) => void;

const HELD: [what: string, hold: Hold][] = [
  ['an open stream', (response) => void stream(response).write(': hello\n\n')],
  ['202 without an end', (response) => void response.writeHead(202).write('x')],
  [
    'a page without an end',
    (response) => void response.writeHead(200, { 'content-type': 'text/html' }).write('x'),
  ],
];

it.each(HELD)('[HELD-NOTE] %s behind a notification takes no place for long', async (_what, hold) => {
  let open = 0;
  const holds = ({ message }: Got, response: ServerResponse) => {
    if (message.method !== 'notifications/odd') return false;
    open += 1;
    response.on('close', () => (open -= 1));
    const beat = setInterval(() => response.write(': beat\n\n'), 100);
    response.on('close', () => clearInterval(beat));
    hold(response);
    return true;
  };
  const server = await played(holds, well());
  const at = await ready(`${server.url}/mcp`, { maxConnections: 4 });
  for (let n = 0; n < 4; n++) at.link.send(Buffer.from('{"jsonrpc":"2.0","method":"notifications/odd"}'));
  await until('all were taken', () => open === 4);
  await ask(at, 2);
  await until('none is left', () => open === 0);
});
