/** Which requests are about what a server lists. */
import type { Message } from '../../protocol/message.ts';
import { ALL_KINDS, KINDS, type Kind } from '../catalog/kinds.ts';
import { paramsOf } from './answers.ts';

const LISTS = new Map(ALL_KINDS.map((kind) => [KINDS[kind].method, kind]));

const CALLS = new Map<string, Kind>([
  ['tools/call', 'tools'],
  ['prompts/get', 'prompts'],
  ['resources/read', 'resources'],
  ['resources/subscribe', 'resources'],
  ['resources/unsubscribe', 'resources'],
]);

/** The list that a request asks for. */
export function kindOfList({ method }: Message): Kind | undefined {
  return LISTS.get(method);
}

/** The kind of what a request is about: what its target names. */
export function kindOfCall(message: Message): Kind | undefined {
  if (message.method !== 'completion/complete') return CALLS.get(message.method);
  const { ref } = paramsOf(message) as { readonly ref?: { readonly type?: unknown } };
  if (ref?.type === 'ref/prompt') return 'prompts';
  return ref?.type === 'ref/resource' ? 'templates' : undefined;
}
