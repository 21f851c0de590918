/** What waits while a server is asked what it has: in order, bounded, and never sent without an answer. */
import { describe, expect, it } from 'vitest';
import { call, message, readySession, turn, type World, world } from '../support.ts';
import type { Wire } from '../wire.ts';

const READS = { name: 'read', annotations: { readOnlyHint: true } };
const LISTED = { tools: [READS, { name: 'write', inputSchema: {} }] };

async function judged(settings = {}) {
  const at = world({ server: { offer: { readOnly: true } }, settings });
  at.driver.mayRepeat = true;
  const { session, connection } = await readySession(at as World, { mount: at.server.mount });
  const { link } = at.driver;
  const listing = () => link.sent.findLast(({ method }) => method === 'tools/list') as Wire;
  const says = (answer: object, to = listing()) => link.says({ jsonrpc: '2.0', id: to.id, ...answer });
  const methods = () => link.calls.map(({ method }) => method);
  return { ...at, session, connection, link, says, listing, methods };
}

const tool = (id: number, name: string) => call(id, 'tools/call', { name, arguments: {} });
const roots = message({ jsonrpc: '2.0', method: 'notifications/roots/list_changed' });

describe('[POLICY-ORDER] while the server is asked what it has', () => {
  it('everything that comes later waits, and goes in its order', async () => {
    const { session, link, says, methods } = await judged();
    session.receive(tool(1, 'read'));
    session.receive(roots);
    session.receive(tool(2, 'write'));
    session.receive(call(3, 'prompts/get', { name: 'p' }));
    session.receive(tool(4, 'read'));
    await turn();
    expect(methods()).toEqual(['tools/list']);
    says({ result: LISTED });
    await turn();
    expect(methods()).toEqual([
      'tools/list',
      'tools/call',
      'notifications/roots/list_changed',
      'prompts/get',
      'tools/call',
    ]);
    expect(
      link.calls
        .filter(({ method }) => method === 'tools/call')
        .every(({ params }) => params?.['name'] === 'read'),
    ).toBe(true);
  });

  it('a call that is called off is not sent, nor is the server told of it', async () => {
    const { session, says, methods } = await judged();
    session.receive(tool(1, 'read'));
    session.receive(tool(2, 'read'));
    session.receive(message({ jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId: 1 } }));
    says({ result: LISTED });
    await turn();
    expect(methods()).toEqual(['tools/list', 'tools/call']);
  });

  it('a change makes it ask again, and what was listed before does not count', async () => {
    const { session, connection, link, says, methods } = await judged();
    session.receive(tool(1, 'read'));
    link.says({ jsonrpc: '2.0', method: 'notifications/tools/list_changed' });
    says({ result: LISTED });
    await turn();
    expect(methods()).toEqual(['tools/list', 'tools/list']);
    says({ result: { tools: [] } });
    await turn();
    expect(methods()).not.toContain('tools/call');
    expect((connection.messages.at(-1) as Wire).error?.data?.['code']).toBe('unknown_tool');
  });

  it('what does not end is refused after the time that a start may take', async () => {
    const { session, connection, runtime, methods } = await judged();
    session.receive(tool(1, 'read'));
    await turn();
    runtime.advance(31_000);
    await turn();
    expect(methods()).not.toContain('tools/call');
    expect((connection.messages.at(-1) as Wire).error?.data?.['code']).toBe('upstream_failed');
  });

  it('too much is refused', async () => {
    const { session, connection, says, methods } = await judged({ upstreamQueuedBytes: 2_000 });
    for (let id = 1; id <= 12; id++) session.receive(tool(id, 'read'));
    await turn();
    const busy = (connection.messages as Wire[]).filter(
      ({ error }) => error?.data?.['code'] === 'upstream_busy',
    );
    expect(busy.length).toBeGreaterThan(3);
    says({ result: LISTED });
    await turn();
    expect(methods().filter((method) => method === 'tools/call')).toHaveLength(12 - busy.length);
  });

  it('a session that ends leaves nothing to be sent', async () => {
    const { session, says, listing, methods } = await judged();
    session.receive(tool(1, 'read'));
    await turn();
    const asked = listing();
    session.close('test');
    says({ result: LISTED }, asked);
    await turn();
    expect(methods()).not.toContain('tools/call');
  });
});

describe('[POLICY-AGAIN] a call whose conversation was lost', () => {
  it('is judged anew by what the next one lists', async () => {
    const { session, connection, driver, link, says } = await judged();
    session.receive(tool(1, 'read'));
    says({ result: LISTED });
    await turn();
    expect(link.last.method).toBe('tools/call');
    link.end({
      code: 'session-lost',
      message: 'gone',
      isRecoverable: true,
      unsent: new Set([Number(link.last.id)]),
    });
    await turn();
    const next = driver.links.at(-1);
    if (!next || next === link) throw new Error('There is no other conversation.');
    const asked = next.sent.findLast(({ method }) => method === 'tools/list');
    expect(next.calls.map(({ method }) => method)).not.toContain('tools/call');
    next.says({ jsonrpc: '2.0', id: asked?.id, result: { tools: [{ name: 'read' }] } });
    await turn();
    expect(next.calls.map(({ method }) => method)).not.toContain('tools/call');
    expect((connection.messages.at(-1) as Wire).error?.data?.['code']).toBe('unknown_tool');
  });
});
