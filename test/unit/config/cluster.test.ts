/** The Redis that gateways share: read from the file and the environment, shown without its password. */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { describeConfig } from '../../../src/config/describe.ts';
import { diffConfig, inForce } from '../../../src/config/diff.ts';
import { read, refused } from './reading.ts';

const ALONE = '{"mcpServers": {}}';
const fileWith = (cluster: unknown) => JSON.stringify({ mcpServers: {}, cluster });
const ONE = 'redis://:pa%20ss-word@redis.example.com:6379/2';

describe('[PLAY-CONFIG] the Redis of a cluster', () => {
  test('is none by default, whatever else is said', () => {
    expect(read(ALONE).cluster).toBeUndefined();
    expect(read(fileWith({ prefix: 'mine' }), { SLUICE_NODE_URL: 'http://10.0.0.7:1' }).cluster).toBe(
      undefined,
    );
    expect(read(ALONE, { REDIS_URL: ' ' }).cluster).toBeUndefined();
  });

  test('comes from REDIS_URL alone', () => {
    expect(read(ALONE, { REDIS_URL: ONE }).cluster).toEqual({
      redis: [ONE],
      sharded: false,
      prefix: 'sluice',
      nodeUrl: undefined,
    });
  });

  test('is a Redis Cluster where several addresses are named, or where it is said', () => {
    const several = { REDIS_URL: 'rediss://a:1, rediss://b:2' };
    expect(read(ALONE, several).cluster).toMatchObject({
      redis: ['rediss://a:1', 'rediss://b:2'],
      sharded: true,
    });
    expect(read(fileWith({ redis: ['redis://a', 'redis://b'] })).cluster?.sharded).toBe(true);
    expect(read(ALONE, { REDIS_URL: 'redis://a', REDIS_CLUSTER: 'yes' }).cluster?.sharded).toBe(true);
  });

  test('comes from the file with its variables, under the environment', () => {
    const file = fileWith({ redis: 'redis://:${PASSWORD}@a', prefix: 'mine', nodeUrl: 'https://n1:8808/' });
    expect(read(file, { PASSWORD: 'quite-secret' }).cluster).toEqual({
      redis: ['redis://:quite-secret@a'],
      sharded: false,
      prefix: 'mine',
      nodeUrl: 'https://n1:8808',
    });
    const env = {
      REDIS_URL: 'redis://b',
      SLUICE_PREFIX: 'other',
      SLUICE_NODE_URL: 'http://[::1]:2',
      PASSWORD: 'x',
    };
    expect(read(file, env).cluster).toMatchObject({
      redis: ['redis://b'],
      prefix: 'other',
      nodeUrl: 'http://[::1]:2',
    });
  });

  test('is shown without its password, however short', () => {
    const shown = (url: string) => {
      const config = read(ALONE, { REDIS_URL: url });
      return describeConfig(config).filter(({ path }) => path.startsWith('cluster'));
    };
    expect(shown(ONE).map(({ path, value }) => [path, value])).toEqual([
      ['cluster.redis[0]', 'redis://:***@redis.example.com:6379/2'],
      ['cluster.sharded', false],
      ['cluster.prefix', 'sluice'],
    ]);
    expect(shown('redis://me:pw@a')[0]).toMatchObject({
      value: 'redis://me:***@a',
      source: { kind: 'environment', where: 'REDIS_URL' },
    });
    expect(read(ALONE, { REDIS_URL: ONE }).secrets).toEqual(
      expect.arrayContaining(['pa%20ss-word', 'pa ss-word']),
    );
  });

  test('on another machine needs an address that others can reach', () => {
    const [advice, ...more] = read(ALONE, { REDIS_URL: ONE }).warnings;
    expect(advice).toMatch(/other gateways cannot reach 127\.0\.0\.1: set cluster\.nodeUrl/);
    expect(more).toEqual([]);
    for (const env of [
      { REDIS_URL: 'redis://127.0.0.1:1' },
      { REDIS_URL: 'redis://[::1]:1' },
      { REDIS_URL: ONE, SLUICE_NODE_URL: 'http://10.0.0.7:8808' },
      { REDIS_URL: ONE, HOST: '0.0.0.0' },
    ])
      expect(read(ALONE, env).warnings).toEqual([]);
  });

  test('needs a restart when it changes', () => {
    const before = read(ALONE, { REDIS_URL: 'redis://a' });
    const after = read(ALONE, { REDIS_URL: 'redis://b' });
    expect(diffConfig(before, after).restart).toEqual(['cluster']);
    expect(inForce(before, after).cluster?.redis).toEqual(['redis://a']);
  });
});

describe('[PLAY-CONFIG-FAULTS] a mistake is told in one sentence with its place, and nothing of the address is', () => {
  test.each([
    ['redis.example.com:6379', /^REDIS_URL: cluster\.redis must be an address like "redis:\/\/:password@/],
    ['http://:hush-hush@a', /^REDIS_URL: cluster\.redis must be an address like/],
    ['redis://', /^REDIS_URL: cluster\.redis must be an address like/],
    ['redis://a?password=hush-hush', /^REDIS_URL: cluster\.redis must have no "\?"/],
    ['redis://:hush-hush@a/cache', /^REDIS_URL: cluster\.redis must end after its port/],
    ['redis://:hush/hush@a', /^REDIS_URL: cluster\.redis must/],
    ['redis://a/1,redis://b', /^REDIS_URL: cluster\.redis must name no database/],
    ['redis://a,rediss://b', /^REDIS_URL: cluster\.redis must begin as the others do/],
  ])('REDIS_URL=%s', (url, message) => {
    const [line, ...more] = refused(ALONE, { REDIS_URL: url });
    expect(line).toMatch(message);
    expect(line).not.toContain('hush');
    expect(more).toEqual([]);
  });

  test.each([
    [{ redis: 'hush-hush' }, /^sluice\.json:1:\d+: cluster\.redis must be an address/],
    [{ redis: ['redis://a', 'hush-hush'] }, /^sluice\.json:1:\d+: cluster\.redis\[1\] must be an address/],
    [{ redis: ['redis://a', 'redis://b'], sharded: false }, /cluster\.redis\[1\] is one too many/],
    [{ redis: 7 }, /^sluice\.json:1:\d+: cluster\.redis must be an address/],
    [{ redis: 'redis://:${NOT_THERE}@a' }, /cluster\.redis uses \$\{NOT_THERE\}, but the variable NOT_THERE/],
    [{ redis: 'redis://a', prefix: 'a b' }, /cluster\.prefix must be 1 to 32 letters/],
    [{ nodeUrl: 'n1:8808' }, /cluster\.nodeUrl must be an address like "http:/],
    [{ nodeUrl: 'http://n1/path' }, /cluster\.nodeUrl must be an address/],
    [{ url: 'redis://a' }, /cluster\.url/],
  ])('%j', (cluster, message) => {
    const [line, ...more] = refused(fileWith(cluster));
    expect(line).toMatch(message);
    expect(line).not.toContain('hush');
    expect(more).toEqual([]);
  });
});

test('docs/cluster.md: its example is a configuration without a fault', () => {
  const page = readFileSync(new URL('../../../docs/cluster.md', import.meta.url), 'utf8');
  const [, example = ''] = /^```jsonc\n([^]*?)^```$/m.exec(page) ?? [];
  const env = { REDIS_PASSWORD: 'quite-secret', STATE_KEY: '0123456789abcdef'.repeat(4) };
  expect(read(example, env)).toMatchObject({ warnings: [], cluster: { nodeUrl: 'http://10.0.0.7:8808' } });
});
