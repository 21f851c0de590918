/** Sessions whose client never came back after its `initialize`. */
import { describe, expect, it } from 'vitest';
import { front, initialize, streamableSession, toolCall } from '../edges/support.ts';
import { turn } from './support.ts';

describe('`initialize`', () => {
  describe('[LIMIT-UNCLAIMED] whose client went away from its stream before the answer', () => {
    const gone = async () => {
      const at = front({ settings: { unreadMs: 10_000, sessionIdleMs: 1_800_000 } });
      at.driver.isHeld = true;
      const { responder } = at.begin('POST', '/mcp', { body: initialize() });
      await turn();
      at.runtime.advance(75);
      responder.abort();
      at.runtime.advance(9_000);
      at.driver.release();
      await turn();
      return { at, headers: { 'mcp-session-id': responder.headers['mcp-session-id'] ?? '' } };
    };

    it('leaves its session and process for ten seconds after the answer', async () => {
      const { at } = await gone();
      at.runtime.advance(9_999);
      expect([at.gateway.sessions, at.driver.alive]).toEqual([1, 1]);
      at.runtime.advance(1);
      expect([at.gateway.sessions, at.driver.alive]).toEqual([0, 0]);
      expect(at.notes.named('sessionClosed')).toMatchObject([{ reason: 'unread' }]);
    });

    it('has its session when it names it meanwhile', async () => {
      const { at, headers } = await gone();
      await at.ask('POST', '/mcp', { headers, body: toolCall(1) });
      at.runtime.advance(1_799_000);
      expect(at.gateway.sessions).toBe(1);
    });

    it('may end its session at once', async () => {
      const { at, headers } = await gone();
      expect((await at.ask('DELETE', '/mcp', { headers })).status).toBe(200);
      expect(at.gateway.sessions).toBe(0);
    });
  });

  it('[LIMIT-UNCLAIMED] that nobody follows up leaves no session for long', async () => {
    const at = front({ settings: { unclaimedMs: 300_000 } });
    await streamableSession(at);
    const headers = { 'mcp-session-id': await streamableSession(at) };
    await at.ask('POST', '/mcp', { headers, body: toolCall(1) });
    at.runtime.advance(300_000);
    expect([at.gateway.sessions, at.driver.alive]).toEqual([1, 1]);
  });
});
