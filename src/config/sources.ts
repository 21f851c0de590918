/** Where each value of a file stands. */
import type { Document, Path } from './document.ts';
import { pathText } from './problems.ts';
import type { Source } from './types.ts';

/**
 * Remembers where each value under a path stands.
 * @param as the path under which it is told; by default its own
 */
export function note(path: Path, document: Document, sources: Map<string, Source>, as: Path = path): void {
  const node = document.find(path);
  if (!node) return;
  const children = node.type === 'object' ? document.names(node) : [...(node.children ?? []).keys()];
  if (node.type === 'object' || node.type === 'array') {
    for (const child of children) note([...path, child], document, sources, [...as, child]);
    if (node.type === 'object') return;
  }
  sources.set(pathText(as), { kind: 'file', where: document.problem(node, path, '').where });
}
