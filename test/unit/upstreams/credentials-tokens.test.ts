import { describe, expect, it } from 'vitest';
import { TokenCredentials, TokenRefused } from '../../../src/upstreams/credentials-tokens.ts';
import { FakeRuntime } from '../engine/support.ts';

interface World {
  readonly isExchanged?: boolean;
  readonly lifeMs?: number | undefined;
  readonly random?: number;
  readonly most?: number;
}

/** Tokens are numbered as they are given; what stands in `faults` is thrown in place of the next. */
function world(options: World = {}) {
  const { isExchanged = false, lifeMs, random = 0, most } = { lifeMs: 600_000, ...options };
  const runtime = new FakeRuntime();
  const asked: (string | undefined)[] = [];
  const faults: Error[] = [];
  const credentials = new TokenCredentials({
    name: 'far',
    isExchanged,
    runtime,
    random: () => random,
    most,
    grant: async (subject) => {
      asked.push(subject);
      const number = asked.length;
      await Promise.resolve();
      const fault = faults.shift();
      if (fault) throw fault;
      return { token: `t${number}`, lifeMs };
    },
  });
  const shown = async (principal = 'ann', token?: string) =>
    credentials.shownFor({ principal, subject: token === undefined ? undefined : { token } });
  return { runtime, asked, faults, credentials, shown };
}

describe('[CRED-KEPT] a token', () => {
  it('is asked for once however many wait, and kept for all who may have it', async () => {
    const at = world();
    expect(await Promise.all([at.shown(), at.shown('ben'), at.shown()])).toEqual(Array(3).fill('Bearer t1'));
    expect(at.credentials.shownFor({ principal: 'cleo' })).toBe('Bearer t1');
    expect(at.asked).toEqual([undefined]);
  });

  it.each([
    [600_000, 0, 570_000],
    [600_000, 1, 540_000],
    [10_000, 0, 9_000],
    [undefined, 0, 270_000],
  ])(
    'that is good for %s ms is not shown to its end, nor by all gateways as long (%s)',
    async (lifeMs, random, until) => {
      const at = world({ lifeMs, random });
      await at.shown();
      at.runtime.advance(until - 1);
      expect(await at.shown()).toBe('Bearer t1');
      at.runtime.advance(1);
      expect(await at.shown()).toBe('Bearer t2');
    },
  );

  it('for one caller is shown for no other, and gives way to those used later', async () => {
    const at = world({ isExchanged: true, most: 2 });
    expect(await at.shown('ann', 'A')).toBe('Bearer t1');
    expect(await at.shown('ben', 'B')).toBe('Bearer t2');
    expect(await at.shown('ben', 'A')).toBe('Bearer t3');
    expect(at.credentials.size).toBe(2);
    expect(await at.shown('ann', 'A')).toBe('Bearer t4');
    expect(at.asked).toEqual(['A', 'B', 'A', 'A']);
    await expect(at.shown('ann')).rejects.toMatchObject({ fault: { code: 'missing-credentials' } });
  });

  it('that cannot be had is not asked for again at once, and is had later', async () => {
    const at = world();
    at.faults.push(new TokenRefused('invalid_client'), new Error('planted'));
    for (let time = 0; time < 3; time++) {
      const error: unknown = await at.shown().catch((reason: unknown) => reason);
      expect(error).toMatchObject({ fault: { code: 'no-token', retryAfterMs: 1_000 } });
      expect(String(error)).not.toMatch(/planted|invalid_client/);
    }
    expect(at.asked).toHaveLength(1);
    at.runtime.advance(1_000);
    await expect(at.shown()).rejects.toThrow('could not be asked for one');
    at.runtime.advance(1_000);
    expect(await at.shown()).toBe('Bearer t3');
  });

  it('that is refused is replaced once in a while, and once for all who were refused it', async () => {
    const at = world();
    const ann = { principal: 'ann' };
    const first = await at.shown();
    expect(at.credentials.refused(ann, first)).toBe(true);
    expect(await at.shown()).toBe('Bearer t2');
    expect(at.credentials.refused({ principal: 'ben' }, first)).toBe(true);
    expect(await at.shown()).toBe('Bearer t2');
    expect(at.credentials.refused(ann, 'Bearer t2')).toBe(false);
    at.runtime.advance(10_000);
    expect(at.credentials.refused(ann, 'Bearer t2')).toBe(true);
    expect(await at.shown()).toBe('Bearer t3');
  });
});
