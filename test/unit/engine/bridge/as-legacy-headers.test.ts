import { describe, expect, test } from 'vitest';
import type { Wire } from '../support.ts';
import { greeted, type ModernWorld } from './as-legacy-world.ts';

const withHeader = (name: string, header: string, type = 'string') => ({
  name,
  inputSchema: { type: 'object', properties: { region: { type, 'x-mcp-header': header } } },
});
const PLAIN = { name: 'plain', inputSchema: { type: 'object' } };

function lists(at: ModernWorld): Wire[] {
  return at.raw.sent.filter(({ method }) => method === 'tools/list');
}

function calls(at: ModernWorld): Wire[] {
  return at.raw.sent.filter(({ method }) => method === 'tools/call');
}

/** The headers with which the latest message was sent. */
function headers(at: ModernWorld): unknown {
  return at.raw.abouts.at(-1)?.paramHeaders;
}

describe('arguments in headers', () => {
  test('[ASLEG-HEADERS] are said as the list wants them that passed by', async () => {
    const at = await greeted({ kind: 'http' });
    at.raw.answers(at.ask(3, 'tools/list').id, { tools: [withHeader('t', 'Region'), PLAIN] });
    at.ask(4, 'tools/call', { name: 't', arguments: { region: 'zürich', other: 1 } });
    expect(headers(at)).toEqual({ 'mcp-param-region': '=?base64?esO8cmljaA==?=' });
    at.ask(5, 'tools/call', { name: 't', arguments: {} });
    expect(headers(at)).toEqual({});
    for (const name of ['plain', 'unknown']) {
      at.ask(6, 'tools/call', { name });
      expect(headers(at)).toBeUndefined();
    }
    at.ask(7, 'prompts/get', { name: 't' });
    expect(headers(at)).toBeUndefined();
    expect(lists(at)).toHaveLength(1);
  });

  test('[ASLEG-HEADERS] of calls before any list passed by wait for one, which is asked for once, page by page', async () => {
    const at = await greeted({ kind: 'http' });
    at.ask(3, 'tools/call', { name: 't', arguments: { region: 'a' } });
    at.ask(4, 'tools/call', { name: 'plain' });
    at.ask(5, 'prompts/get', { name: 'p' });
    expect(calls(at)).toEqual([]);
    expect(lists(at)).toHaveLength(1);
    at.send({ jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId: 4 } });
    at.raw.answers(lists(at)[0]?.id, { tools: [PLAIN], nextCursor: 'p"2' });
    expect(lists(at)[1]?.params?.['cursor']).toBe('p"2');
    at.raw.answers(lists(at)[1]?.id, { tools: [withHeader('t', 'Region')] });
    expect(calls(at).map(({ params }) => params?.['name'])).toEqual(['t']);
    expect(headers(at)).toEqual({ 'mcp-param-region': 'a' });
    at.ask(6, 'tools/call', { name: 't' });
    expect(lists(at)).toHaveLength(2);
    // Nothing of the list was meant for the client.
    expect(at.heard.all.filter(({ wire }) => wire.result && 'tools' in wire.result)).toEqual([]);
  });

  test('[ASLEG-HEADERS] a list that cannot be had holds no call up, and one without end is not read to its end', async () => {
    const at = await greeted({ kind: 'http', limits: { pages: 3 } });
    at.ask(3, 'tools/call', { name: 't' });
    at.raw.says({ jsonrpc: '2.0', id: lists(at)[0]?.id, error: { code: -32601, message: 'no' } });
    expect(calls(at)).toHaveLength(1);
    const failing = await greeted({ kind: 'http' });
    failing.ask(3, 'tools/call', { name: 't' });
    failing.raw.events.failed(Number(lists(failing)[0]?.id), { code: 'cut', message: 'm' }, false);
    expect(calls(failing)).toHaveLength(1);
    const endless = await greeted({ kind: 'http', limits: { pages: 3, tools: 2 } });
    endless.ask(3, 'tools/call', { name: 'c', arguments: { region: 'a' } });
    for (const name of ['a', 'b', 'c'])
      endless.raw.answers(lists(endless).at(-1)?.id, {
        tools: [withHeader(name, 'Region')],
        nextCursor: 'x',
      });
    expect(lists(endless)).toHaveLength(3);
    expect(headers(endless)).toBeUndefined();
  });

  test('[ASLEG-MISMATCH] a call that lacks one is sent once more with what the list says now', async () => {
    const at = await greeted({ kind: 'http' });
    at.raw.answers(at.ask(3, 'tools/list').id, { tools: [PLAIN] });
    const first = at.ask(4, 'tools/call', { name: 't', arguments: { region: 'a' } });
    const error = { code: -32020, message: 'Header mismatch' };
    at.raw.says({ jsonrpc: '2.0', id: first.id, error });
    at.raw.answers(lists(at)[1]?.id, { tools: [withHeader('t', 'Region')] });
    expect(headers(at)).toEqual({ 'mcp-param-region': 'a' });
    expect(calls(at)[1]?.id).not.toBe(first.id);
    at.raw.says({ jsonrpc: '2.0', id: calls(at)[1]?.id, error });
    expect(at.heard.answer(4)?.error).toEqual(error);
    expect(lists(at)).toHaveLength(2);
    at.raw.says({ jsonrpc: '2.0', id: at.ask(5, 'prompts/get', { name: 'p' }).id, error });
    expect(at.heard.answer(5)?.error).toEqual(error);
  });

  test('[ASLEG-INVALID] a tool that breaks the rules is not offered, and it is told why', async () => {
    const at = await greeted({ kind: 'http' });
    const tools = [
      withHeader('a', ''),
      PLAIN,
      withHeader('b', 'X', 'number'),
      withHeader('c', 'Y'),
      withHeader('d', 'ü'),
    ];
    at.raw.answers(at.ask(3, 'tools/list').id, {
      tools,
      resultType: 'complete',
      ttlMs: 0,
      cacheScope: 'private',
    });
    expect(at.heard.answer(3)?.result).toEqual({ tools: [PLAIN, withHeader('c', 'Y')] });
    expect(at.notes).toEqual(['invalid_tool', 'invalid_tool', 'invalid_tool']);
    at.raw.answers(at.ask(4, 'tools/list').id, { tools: [withHeader('a', '')] });
    expect(at.heard.answer(4)?.result).toEqual({ tools: [] });
  });

  test('[ASLEG-NO-HEADERS] mean nothing where the carrier has none', async () => {
    const at = await greeted({ kind: 'stdio' });
    at.ask(3, 'tools/call', { name: 't', arguments: { region: 'a' } });
    expect(lists(at)).toEqual([]);
    expect(headers(at)).toBeUndefined();
    const tools = [withHeader('a', '')];
    at.raw.answers(at.ask(4, 'tools/list').id, { tools });
    expect(at.heard.answer(4)?.result).toEqual({ tools });
    at.raw.says({ jsonrpc: '2.0', id: calls(at)[0]?.id, error: { code: -32020, message: 'm' } });
    expect(at.heard.answer(3)?.error?.code).toBe(-32020);
  });
});
