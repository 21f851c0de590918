/** Whether there is a node of a name. */
import type { Directory } from '../../engine/ports-backplane.ts';
import type { Soon } from '../soon.ts';

/** `uncertain` where that cannot be told for now. Never rejects. */
export function isThere(
  directory: Pick<Directory, 'peers' | 'stateOf'>,
  node: string,
): Soon<boolean | 'uncertain'> {
  if (directory.peers.has(node)) return true;
  return directory.stateOf(node).then(
    (state) => (state === 'unsure' ? 'uncertain' : state === 'alive'),
    () => 'uncertain' as const,
  );
}
