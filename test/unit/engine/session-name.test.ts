import { describe, expect, it } from 'vitest';
import { randomBytes } from 'node:crypto';
import { Seals } from '../../../src/access/seals.ts';
import { nodeRuntime } from '../../../src/edges/node/runtime.ts';
import { SessionNames } from '../../../src/engine/cluster/session-name.ts';

const seals = (id: string, secret = '0123456789abcdef'.repeat(4)) =>
  new Seals({ keys: [{ id, secret }] }, (length) => new Uint8Array(randomBytes(length)));

describe('a session id', () => {
  it.each(['k', 'a-key_of-2026', '0123456789-0123456789_0123456789'])(
    '[NODES-FEATURES-NAMES] names its node in letters and digits, sealed by %s',
    (key) => {
      const names = new SessionNames('node-1', seals(key), nodeRuntime);
      const id = names.next();
      expect(id).toMatch(/^[\w-]{40,256}$/);
      expect(id).not.toContain('node-1');
      expect(names.nodeOf(id)).toBe('node-1');
      expect(new SessionNames('node-2', seals(key), nodeRuntime).nodeOf(id)).toBe('node-1');
      expect(
        new SessionNames('node-1', seals(key, 'fedcba9876543210'.repeat(4)), nodeRuntime).nodeOf(id),
      ).toBe(undefined);
    },
  );

  it('[NODES-FEATURES-NAMES] that is another by a character names no node', () => {
    const names = new SessionNames('node-1', seals('key'), nodeRuntime);
    const id = names.next();
    for (let at = 0; at < id.length; at++)
      for (const other of ['A', '9', '0', '-', '.', ' ', '+'])
        if (id[at] !== other)
          expect(names.nodeOf(id.slice(0, at) + other + id.slice(at + 1)), `${other} at ${at}`).toBe(
            undefined,
          );
  });

  it.each(['', '0', '9', '2', '02', '01012', '99992', `${'x'.repeat(300)}1k01012`, '1.k.AAAA', 'ü'])(
    '[NODES-FEATURES-NAMES] %j names no node',
    (id) => {
      expect(new SessionNames('node-1', seals('key'), nodeRuntime).nodeOf(id)).toBe(undefined);
    },
  );
});
