import { describe, expect, it } from 'vitest';
import { diffConfig, inForce } from '../../../src/config/diff.ts';
import { ConfigError } from '../../../src/config/problems.ts';
import { readConfig } from '../../../src/config/read.ts';
import { parseRate } from '../../../src/access/rate-rules.ts';

const read = (config: unknown, env = {}) => readConfig(JSON.stringify(config), { file: 'sluice.json', env });
const server = { command: 'x' };

describe('[RATE-CONFIG] limits within a time', () => {
  it.each([
    ['60/min', 60, 60_000],
    ['5/s', 5, 1_000],
    ['1000 / hour', 1_000, 3_600_000],
    ['10MiB/min', 10 * 1024 ** 2, 60_000],
    ['1.5 KiB/s', 1_536, 1_000],
    [90, 90, 60_000],
  ])('%s is a rate', (text, amount, perMs) => expect(parseRate(text)).toEqual({ amount, perMs }));

  it.each(['60', '0/min', '-1/min', '60/fortnight', '1e3/min', '', '60/min ', 'NaN/s', 0, 1.5])(
    '%s is none',
    (text) => expect(parseRate(text)).toBeUndefined(),
  );

  it('are read for the gateway, projects, servers and tools', () => {
    const rates = { caller: { calls: '60/min', burst: 5, bytes: '1MiB/s' }, failures: '10/min' };
    const config = read({
      limits: { callsPerMinute: 60, burst: 10, rates },
      mcpServers: { a: { ...server, limits: { calls: '5/s' }, toolLimits: { 'pay_*': '5/min' } } },
      projects: { acme: { servers: ['a'], limits: { burst: 2, rates: { total: { opens: 7 } } } } },
    });
    expect(config.limits).toMatchObject({ callsPerMinute: 60, burst: 10, rates });
    expect(config.servers[0]).toMatchObject({ limits: { calls: '5/s' }, toolLimits: { 'pay_*': '5/min' } });
    expect(config.projects[0]?.limits).toMatchObject({ burst: 2, rates: { total: { opens: 7 } } });
    const env = { RATE_LIMIT_PER_MINUTE: '30', RATE_LIMIT_BURST: '3' };
    expect(read({ mcpServers: {} }, env).limits).toMatchObject({ callsPerMinute: 30, burst: 3 });
  });

  it('are told with their place where they are wrong', () => {
    const config = { limits: { rates: { caller: { calls: 'often' } } }, mcpServers: { a: server } };
    expect(() => read(config)).toThrow(ConfigError);
    expect(() => read(config)).toThrow(/limits\.rates\.caller\.calls must be a rate like "60\/min"/);
  });

  it('are taken over by a reload, without a restart and without ending sessions', () => {
    const config = (calls: string, sessions = 5) =>
      read({
        limits: { sessions, rates: { caller: { calls } } },
        mcpServers: { a: { ...server, toolLimits: { '*': calls } } },
      });
    const [before, after] = [config('1/s'), config('2/s', 6)];
    const { changed, settings, restart } = diffConfig(before, after);
    expect([changed, settings, restart]).toEqual([[], ['limits'], ['limits']]);
    const now = inForce(before, after);
    expect(now.limits).toMatchObject({ sessions: 5, rates: { caller: { calls: '2/s' } } });
    expect(now.servers[0]).toMatchObject({ toolLimits: { '*': '2/s' } });
  });
});
