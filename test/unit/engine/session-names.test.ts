/** Ids of sessions that name their owner, as another node reads them. */
import { expect, it } from 'vitest';
import { nodeRuntime } from '../../../src/edges/node/runtime.ts';
import { SessionNames } from '../../../src/engine/cluster/session-name.ts';
import type { Seal } from '../../../src/engine/ports-era.ts';

/** Whoever has it can open what it sealed; it counts what it was asked. */
function plainSeal(): Seal & { opened: number } {
  return {
    opened: 0,
    seal: (state, context) => `${context}.${Buffer.from(state).toString('base64url')}`,
    open(text, context) {
      this.opened++;
      const [of, body = '', more] = text.split('.');
      return of === context && more === undefined ? Buffer.from(body, 'base64url') : undefined;
    },
  };
}

it('[NODES-OPENED-ONCE] opens an id once for many requests, forgets the oldest, and keeps nothing of what is none', () => {
  const seal = plainSeal();
  const theirs = new SessionNames('theirs', plainSeal(), nodeRuntime);
  const here = new SessionNames('here', seal, nodeRuntime);
  const id = theirs.next();
  for (let i = 0; i < 5; i++) expect(here.nodeOf(id)).toBe('theirs');
  expect(seal.opened).toBe(1);
  for (let i = 0; i < 3; i++) expect(here.nodeOf(id.replace('session id', 'session it'))).toBeUndefined();
  expect(seal.opened).toBe(4);
  for (let i = 0; i < 4_096; i++) expect(here.nodeOf(theirs.next())).toBe('theirs');
  seal.opened = 0;
  expect(here.nodeOf(id)).toBe('theirs');
  expect(seal.opened).toBe(1);
});
