/** Which node an operator asks: the one that is called, or another by its name or url. */
import type { FrontOptions, Visit } from '../http/front.ts';
import { AT_NODE, nodeQuery } from './contract/nodes.ts';
import { Problem } from './problem.ts';

const API = '/admin/api/';
const AT: ReadonlySet<string> = new Set(AT_NODE);
/** As nodes are called. */
const NAME = /^[\w-]{1,22}$/;

/** Undefined for this node. @param url of this one @throws Problem where there is no such node, or what is asked is not of one node */
export async function nodeAsked(visit: Visit, url: string): Promise<string | undefined> {
  const { request, front } = visit;
  // However it is written: what is meant for another node must not be done here.
  const named = new URLSearchParams(request.query).getAll('node');
  if (named.length === 0) return undefined;
  const asked = nodeQuery.safeParse({ node: named[0] });
  const name = asked.data?.node;
  if (name === undefined || named.length > 1)
    throw new Problem('invalid_params', 'node: is the name or the url of one node.');
  if (!isOfNode(request.path))
    throw new Problem(
      'invalid_params',
      'This is not asked of another node.',
      'Leave `node` out, or call that node itself.',
    );
  const node = await found(front, name, url);
  if (node === undefined) return undefined;
  const why = whyNobodyElse(front);
  if (why) throw why;
  return node;
}

/** Whether a path of the admin API is of one node, and takes `?node=`: the path that its routes see, without `..`. */
export function isOfNode(path: string): boolean {
  const { pathname = '' } = URL.parse(`http://gateway${path}`) ?? {};
  return pathname.startsWith(API) && AT.has(pathname.slice(API.length).split('/', 1)[0] ?? '');
}

/** Why no other node can be asked through this one; undefined where they can, or there are none. */
export function whyNobodyElse({ gateway, relay }: FrontOptions): Problem | undefined {
  if (!gateway.cluster || relay?.provesOperators) return undefined;
  return new Problem('no_state_keys', 'Without shared keys no node can tell an operator from anybody else.');
}

async function found(
  { gateway, relay }: FrontOptions,
  name: string,
  url: string,
): Promise<string | undefined> {
  const { cluster, context } = gateway;
  const isAt = (place: string | undefined) => place !== undefined && [place, `${place}/`].includes(name);
  if (name === context.node || isAt(cluster?.tenure.url ?? url)) return undefined;
  // Of two that say the same the one that came last: the other was there before it.
  const peer = [...(cluster?.others.peers.values() ?? [])].findLast(
    (one) => one.node === name || isAt(one.url),
  );
  if (peer) return peer.node;
  // One that was started just now.
  const isThere = NAME.test(name) && (await relay?.has(name));
  if (isThere === true) return name;
  if (isThere === 'uncertain')
    throw new Problem(
      'owner_uncertain',
      'Whether there is such a node cannot be told now.',
      'Try again in a moment.',
    );
  throw new Problem('unknown_node', 'There is no such node.');
}
