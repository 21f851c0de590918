/** Keys for state: read from the file, shown to nobody, handed to the gateway. */
import { describe, expect, test } from 'vitest';
import { describeConfig } from '../../../src/config/describe.ts';
import { diffConfig } from '../../../src/config/diff.ts';
import { accessOf } from '../../../src/edges/node/rules.ts';
import { front } from '../edges/support.ts';
import { bytesOf, textOf } from '../engine/wire.ts';
import { read, refused } from './reading.ts';

const HEX = '0123456789abcdef'.repeat(4);
const OLD = 'fedcba9876543210'.repeat(4);
const fileWith = (...keys: unknown[]) => JSON.stringify({ mcpServers: {}, state: { keys } });

describe('[SEAL-CONFIG] keys for state', () => {
  test('come with their variables filled in', () => {
    const { state } = read(fileWith({ id: 'a', secret: '${STATE_KEY}' }), { STATE_KEY: HEX });
    expect(state.keys).toEqual([{ id: 'a', secret: HEX }]);
    expect(accessOf(read(fileWith({ id: 'a', secret: HEX }))).state).toEqual({
      keys: [{ id: 'a', secret: HEX }],
    });
    expect(read('{"mcpServers": {}}').state).toEqual({ keys: [] });
  });

  test('are shown by their id only', () => {
    const config = read(fileWith({ id: 'a', secret: HEX }, { id: 'b', secret: '${OTHER}' }), { OTHER: OLD });
    const rows = describeConfig(config).filter(({ path }) => path.startsWith('state'));
    expect(rows.map(({ path, value }) => [path, value])).toEqual([
      ['state.keys[0].id', 'a'],
      ['state.keys[0].secret', '***'],
      ['state.keys[1].id', 'b'],
      ['state.keys[1].secret', '***'],
    ]);
    expect(config.secrets).toEqual(expect.arrayContaining([HEX, OLD]));
  });

  test.each([
    [
      fileWith({ id: 'a', secret: 'short-and-sweet' }),
      /^sluice\.json:1:\d+: state\.keys\[0\] must have a secret of 32/,
    ],
    [fileWith({ id: 'a b', secret: HEX }), /state\.keys\[0\] must have an id/],
    [
      fileWith({ id: 'a', secret: HEX }, { id: 'a', secret: OLD }),
      /state\.keys\[1\] has the id "a" of another/,
    ],
    [fileWith({ id: 'a', secret: '${NOT_THERE}' }), /NOT_THERE/],
    [fileWith({ id: 'a' }), /state\.keys\[0\]/],
    [fileWith('just a text'), /state\.keys\[0\] must be an object/],
    ['{"mcpServers": {}, "state": {"key": []}}', /state\.key/],
  ])('are refused with their place, and not told: %.60s', (text, message) => {
    const lines = refused(text).join('\n');
    expect(lines).toMatch(message);
    expect(lines).not.toContain('short-and-sweet');
  });

  test('of a variable that is not set have one fault, not two', () => {
    const [line, ...more] = refused(fileWith({ id: 'a', secret: '${NOT_THERE}' }));
    expect(line).toContain('state.keys[0].secret uses ${NOT_THERE}, but the variable NOT_THERE is not set');
    expect(more).toEqual([]);
  });

  test('[SEAL-RELOAD] change while it runs', () => {
    const before = read(fileWith({ id: 'a', secret: HEX }));
    const diff = diffConfig(before, read(fileWith({ id: 'b', secret: OLD }, { id: 'a', secret: HEX })));
    expect([diff.settings, diff.restart]).toEqual([['state'], []]);
  });
});

describe('a gateway', () => {
  test('[SEAL-RELOAD] takes over other keys', () => {
    const at = front({ state: { keys: [{ id: 'a', secret: HEX }] } });
    const { seal } = at.gateway.context;
    const old = seal?.seal(bytesOf('x'), 'c') ?? '';
    at.change({
      state: {
        keys: [
          { id: 'b', secret: OLD },
          { id: 'a', secret: HEX },
        ],
      },
    });
    expect(seal?.seal(bytesOf('x'), 'c')).toMatch(/^1\.b\./);
    expect(textOf(seal?.open(old, 'c'))).toBe('x');
    at.change({ state: { keys: [{ id: 'b', secret: OLD }] } });
    expect(seal?.open(old, 'c')).toBeUndefined();
  });

  test('[SEAL-OWN-KEY] has a key of its own without any', () => {
    const [one, two] = [front(), front()].map((at) => at.gateway.context.seal);
    const text = one?.seal(bytesOf('x'), 'c') ?? '';
    expect([textOf(one?.open(text, 'c')), two?.open(text, 'c')]).toEqual(['x', undefined]);
  });

  test.each([
    [7, '`state` must be like'],
    [{ keys: [7] }, '`state` must be like'],
    [{ keys: [{ id: 'a' }] }, '`state` must be like'],
    [
      { keys: [{ id: 'a', secret: 'short-and-sweet' }] },
      '`state.keys[0]` must have a secret of 32 random bytes',
    ],
  ])('[SEAL-SECRETS] refuses %j', (state, message) => {
    const make = () => front({ state: state as { keys: [] } });
    expect(make).toThrow(message);
    expect(make).not.toThrow('short-and-sweet');
  });
});
