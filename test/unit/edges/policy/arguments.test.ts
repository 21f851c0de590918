/** Arguments beside those that are checked, for servers that let small and capital letters be the same. */
import { expect, it } from 'vitest';
import { bytesOf } from '../../engine/support.ts';
import { type PolicyWorld, policyWorld, tool } from './support.ts';

const schema = { type: 'object', properties: { path: { const: 'a' } }, required: ['path'] };

async function status(at: PolicyWorld, path: string, text: string): Promise<unknown> {
  const held = { body: Promise.resolve(bytesOf(text)), arrive: () => undefined, fail: () => undefined };
  const { responder } = at.begin('POST', path, { headers: { 'x-api-key': 'key-ann' }, held });
  // What arguments are checked with is loaded when it is needed first.
  await expect
    .poll(() => {
      at.runtime.advance(60);
      return responder.body ?? responder.connection?.text ?? '';
    })
    .toMatch(/\{.*\}/s);
  const said = /\{.*\}/s.exec(responder.body ?? responder.connection?.text ?? '')?.[0] ?? '';
  return (JSON.parse(said) as { error?: { code: number } }).error?.code ?? responder.status;
}

const message = (params: string, more = '', method = 'tools/call') =>
  `{"jsonrpc":"2.0","id":1,"method":"${method}","params":{"name":"read_file",${params}}${more}}`;

it.each(['/servers/files/mcp', '/mcp'])(
  '[LOOPHOLE-ARGUMENTS] that are not the ones that are checked reach no server at %s',
  async (path) => {
    const at = policyWorld({ ann: { checkArguments: true } });
    at.servers.files.has = { tools: [tool('read_file', true, schema)] };
    expect(await status(at, path, message('"arguments":{"path":"a"}'))).toBe(200);
    const others = [
      message('"arguments":{"path":"b"}'),
      message('"arguments":{"path":"a"},"Arguments":{"path":"b"}'),
      message('"ARGUMENTS":{"path":"b"},"arguments":{"path":"a"}'),
      message('"arguments":{"path":"a"},"Name":"search"'),
      message('"arguments":{"path":"a"}', ',"Params":{"name":"read_file","arguments":{"path":"b"}}'),
      message('"x":1', ',"Method":"tools/call"', 'prompts/get'),
    ];
    const found: unknown[] = [];
    for (const other of others) found.push(await status(at, path, other));
    expect(found).toEqual(others.map(() => -32602));
    const calls = at.servers.files.links
      .flatMap(({ sent }) => sent)
      .filter(({ method }) => method === 'tools/call');
    expect(calls.length).toBe(1);
  },
);
