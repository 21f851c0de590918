/** How long what sessions share is kept without any. */
import { describe, expect, it } from 'vitest';
import type { Sharing } from '../../../src/engine/ports.ts';
import { readySession, turn, world } from './support.ts';

async function left(sharing: Sharing, idleMs?: number) {
  const at = world({ server: { sharing, ...(idleMs === undefined ? {} : { idleMs }) } });
  const { session } = await readySession(at);
  session.close('ended');
  await turn();
  return at;
}

describe('[SUPERVISE-IDLE] a server that is shared, without a session', () => {
  it('is ended after its time', async () => {
    const { runtime, driver } = await left('shared', 60_000);
    runtime.advance(59_999);
    expect(driver.alive).toBe(1);
    runtime.advance(1);
    await turn();
    expect(driver.alive).toBe(0);
  });

  it('goes on with a session that comes in time, and is started anew for one that comes later', async () => {
    const at = await left('shared', 60_000);
    at.runtime.advance(59_000);
    const { session } = await readySession(at);
    at.runtime.advance(600_000);
    expect([at.driver.opens, at.driver.alive]).toEqual([1, 1]);
    session.close('ended');
    at.runtime.advance(60_000);
    await turn();
    await readySession(at);
    expect([at.driver.opens, at.driver.alive]).toEqual([2, 1]);
  });

  it('is kept for a caller, too, where that is said', async () => {
    const { runtime, driver } = await left('principal', 60_000);
    expect(driver.alive).toBe(1);
    runtime.advance(60_000);
    await turn();
    expect(driver.alive).toBe(0);
  });

  it('stays by default where everybody shares it, and goes at once where one caller does', async () => {
    const [shared, principal] = [await left('shared'), await left('principal')];
    shared.runtime.advance(86_400_000);
    await turn();
    expect([shared.driver.alive, principal.driver.alive]).toEqual([1, 0]);
  });

  it('leaves no timer when it ends by itself, nor when the gateway does', async () => {
    const died = await left('shared', 60_000);
    died.driver.link.end();
    const closed = await left('shared', 60_000);
    await closed.gateway.close();
    await died.gateway.close();
    expect([died.runtime.timers, closed.runtime.timers]).toEqual([0, 0]);
  });
});
