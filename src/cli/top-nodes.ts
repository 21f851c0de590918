/** `sluice top --nodes`: the nodes of a cluster, as one of them knows them. */
import type { NodeList, NodeView } from '../edges/admin/contract/nodes.ts';
import { AdminClient } from './admin/client.ts';
import { type AdminWords, adminPlace } from './admin/place.ts';
import { EXIT, usage } from './exit.ts';
import { interruptible } from './interrupt.ts';
import type { Io } from './io.ts';
import { visible, visibleJson } from './visible.ts';

/** @returns 0, or 130 after Ctrl-C @throws CliError where it cannot be asked */
export async function topNodes(io: Io, flags: AdminWords & { readonly json: boolean }): Promise<number> {
  if (flags.node !== undefined) throw usage('--nodes lists all there are: leave --node out.');
  const client = new AdminClient(await adminPlace(io, flags));
  const work = async (signal: AbortSignal) => {
    const { nodes, problem } = await client.get<NodeList>('nodes', signal);
    io.out(flags.json ? `${visibleJson(JSON.stringify({ nodes }))}\n` : table(nodes));
    if (problem) io.err(`${visible(problem.message)} ${visible(problem.hint ?? '')}\n`);
    return EXIT.ok;
  };
  try {
    return await interruptible(io, work);
  } finally {
    await client.close();
  }
}

const HEAD = ['NODE', 'ADDRESS', 'STATE', ''];

function table(nodes: readonly NodeView[]): string {
  const rows = nodes.map(({ name, url = '', state, isThis }) =>
    [name, url, state, isThis ? 'this one' : ''].map(visible),
  );
  const widths = HEAD.map((head, at) => Math.max(head.length, ...rows.map((row) => row[at]?.length ?? 0)));
  const line = (row: readonly string[]) =>
    row
      .map((cell, at) => cell.padEnd(widths[at] ?? 0))
      .join('  ')
      .trimEnd();
  return `${[HEAD, ...rows].map(line).join('\n')}\n`;
}
