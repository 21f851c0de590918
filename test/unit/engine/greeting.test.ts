/** Servers that answer `initialize` with something else than a result of it. */
import { describe, expect, it } from 'vitest';
import { sharedHandshake } from '../../../src/engine/handshake.ts';
import { bytesOf, call, hello, openSession, sseSession, turn, world, type Wire } from './support.ts';

const RESULTS = [
  '"garbage"',
  'null',
  '7',
  '[]',
  '{}',
  '{bad}',
  '{"protocolVersion":1}',
  '[{"protocolVersion":"2025-06-18"}]',
];

async function greeted(result: string, sharing: 'session' | 'shared') {
  const at = world({ server: { sharing } });
  at.driver.answersHello = false;
  const followed = sseSession(at);
  followed.session.receive(hello('h'));
  followed.session.receive(call(1));
  await turn();
  at.driver.link.says(`{"jsonrpc":"2.0","id":1,"result":${result}}`);
  await turn();
  return { ...at, ...followed };
}

describe.each(['session', 'shared'] as const)('[ANSWER-SERVER-GREETS] a link (sharing: %s)', (sharing) => {
  it.each(RESULTS)('that begins with the result %s has failed to start', async (result) => {
    const { connection, driver, notes, session } = await greeted(result, sharing);
    expect(connection.messages.map(({ id, error }) => [id, error?.data?.code])).toEqual([
      ['h', 'upstream_start_failed'],
      [1, 'upstream_start_failed'],
    ]);
    expect(connection.messages[0]?.error?.message).toBe(
      'The server "srv" answered `initialize` with something that is no result of it.',
    );
    expect(notes.refusals).toEqual(['bad-handshake']);
    expect(notes.named('linkOpened')).toEqual([]);
    expect(driver.alive).toBe(0);
    expect(session.line.wasInitialized).toBe(false);
  });

  it('is told to its driver as such', async () => {
    const at = world({ server: { sharing } });
    openSession(at).receive(hello());
    await turn();
    expect(at.driver.link.context.isShared).toBe(sharing === 'shared');
  });
});

it.each(['"abc"', '[1]', '7', 'null'])(
  '[ANSWER-SERVER-GREETS] capabilities that are %s count as none',
  (capabilities) => {
    const handshake = bytesOf(`{"protocolVersion":"2025-06-18","capabilities":${capabilities}}`);
    const told = JSON.parse(sharedHandshake(handshake, '2025-06-18')) as Wire['result'];
    expect(told).toEqual({ protocolVersion: '2025-06-18', capabilities: {} });
  },
);
