import { describe, expect, it } from 'vitest';
import { until } from './harness.ts';
import { ask, HELLO, INITIALIZED, linked, played, ready, well } from './network-harness.ts';

describe('a link over Streamable HTTP', () => {
  it('[STREAMUP-POST] sends each message as one POST and gives the JSON answer', async () => {
    const server = await played(well());
    const at = await ready(`${server.url}/mcp?x=1`, { headers: { authorization: 'Bearer key' } });
    expect((await ask(at, 2, 'tools/call', { name: 'a' })).result).toEqual({ echo: { name: 'a' } });
    const [hello, initialized] = server.got.filter(({ method }) => method === 'POST');
    expect(hello?.url).toBe('/mcp?x=1');
    expect(hello?.headers).toMatchObject({
      accept: 'application/json, text/event-stream',
      'content-type': 'application/json',
      'accept-encoding': 'identity',
      authorization: 'Bearer key',
      'cdn-loop': 'sluice-test-loop',
    });
    expect(hello?.body).toBe(new TextDecoder().decode(HELLO));
    expect(hello?.headers).not.toHaveProperty('mcp-session-id');
    expect(hello?.headers).not.toHaveProperty('mcp-protocol-version');
    expect(initialized?.body).toBe(new TextDecoder().decode(INITIALIZED));
    expect(initialized?.headers).toMatchObject({
      'mcp-session-id': 's1',
      'mcp-protocol-version': '2025-06-18',
    });
    expect(at.driver.health()).toEqual({ state: 'up', links: 1, restarts: 0 });
    await at.link.close();
    expect(server.got.at(-1)).toMatchObject({ method: 'DELETE', headers: { 'mcp-session-id': 's1' } });
    expect(at.recorder.faults).toMatchObject([{ code: 'closed' }]);
    expect(at.driver.health()).toEqual({ state: 'idle', links: 0, restarts: 0 });
  });

  it('[STREAMUP-REFUSED] says of a call that never left that it did not', async () => {
    const server = await played();
    await server.close();
    const at = await linked(`${server.url}/mcp?secret=x`);
    at.link.send(HELLO, 1);
    await until('it failed', () => at.recorder.failures.length > 0);
    expect(at.recorder.failures).toMatchObject([
      { number: 1, isUnsent: true, fault: { code: 'unreachable' } },
    ]);
    expect(at.recorder.failures[0]?.fault.message).not.toContain('secret');
    expect(at.driver.health()).toMatchObject({ state: 'failed' });
    expect(at.notes.refusals).toMatchObject([{ code: 'unreachable' }]);
  });
});
