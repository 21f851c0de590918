import { describe, expect, test } from 'vitest';
import { ACCEPTED, comesBack, parked, seatWorld, sentOf } from './support.ts';

describe('what a server says while nobody waits', () => {
  test('[SEAT-UNHEARD] what the server says while nobody waits is told to the client that comes back', async () => {
    for (const said of [{ result: { content: [] } }, { error: { code: -32002, message: 'Gone.' } }]) {
      const at = seatWorld();
      const { link, input } = await parked(at);
      link.says({ jsonrpc: '2.0', id: sentOf(link, 'tools/call')[0]?.id, ...said });
      expect(link.last).toMatchObject({ id: 'q1', error: { code: -32001 } });
      const back = await comesBack(at, input, { [input.keys[0] as string]: ACCEPTED }, { id: 'back' });
      expect(back.answered).toMatchObject({ id: 'back' });
      if (said.result) expect(back.result).toMatchObject({ resultType: 'complete', content: [] });
      else expect(back.answers[0]).toMatchObject({ code: -32602, wire: { error: { code: -32602 } } });
      const twice = await comesBack(at, input, {});
      expect(twice.word).toBe('bad_request_state');
    }
  });

  test('[SEAT-UNHEARD] large answers are not kept for one that may never come back', async () => {
    const at = seatWorld();
    const { link, input } = await parked(at);
    link.answers(sentOf(link, 'tools/call')[0]?.id, { text: 'x'.repeat(200_000) });
    expect((await comesBack(at, input, {})).word).toBe('answer_too_large');
  });

  test('[SEAT-UNHEARD] a server that dies meanwhile is told of when its client comes back', async () => {
    const at = seatWorld();
    const { link, input } = await parked(at);
    link.end();
    const back = await comesBack(at, input, { [input.keys[0] as string]: ACCEPTED });
    expect(back.word).toBe('upstream_exited');
    expect(at.driver.opens).toBe(1);
  });
});
