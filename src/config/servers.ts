/** The servers of a file, or of a project in it, and which of them answers at the root. */
import type { Path } from './document.ts';
import { type EntryContext, readEntry, readUnserved } from './entries.ts';
import { pathText } from './problems.ts';
import { note } from './sources.ts';
import type { Config, ServerConfig, Source, UnservedServer } from './types.ts';

export type Entries = Pick<Config, 'servers' | 'disabled' | 'unserved'>;

/**
 * The entries of the object at a path.
 * @param as the path under which their values are told in `sources`
 */
export function readServers(
  context: EntryContext,
  path: Path | undefined,
  as: Path,
  sources: Map<string, Source>,
): Entries {
  const { document } = context;
  const servers: ServerConfig[] = [];
  const disabled: string[] = [];
  const unserved: UnservedServer[] = [];
  for (const name of path === undefined ? [] : document.names(document.find(path))) {
    const here = [...(path ?? []), name];
    const entry = readEntry(name, here, context);
    if (entry === 'disabled') {
      disabled.push(name);
      const remote = readUnserved(name, here, context);
      if (remote) unserved.push(remote);
    } else if (entry) servers.push(entry);
    note(here, document, sources, [...as, name]);
  }
  return { servers, disabled, unserved };
}

/**
 * The server that answers at the root: the one that is wanted, or the only one.
 * @param path where the wish stands
 * @returns undefined where all of them do, merged
 */
export function chooseDefault(
  { document, findings }: EntryContext,
  path: Path,
  wanted: string | undefined,
  names: readonly string[],
  disabled: readonly string[],
): string | undefined {
  if (wanted === undefined) return names.length === 1 ? names[0] : undefined;
  if (names.includes(wanted)) return wanted;
  // A server whose entry is wrong was complained about already.
  if (findings.problems.length > 0) return undefined;
  const why = disabled.includes(wanted)
    ? 'is disabled'
    : `is not among the servers (${names.join(', ') || 'none'})`;
  const message = `${pathText(path)} names ${JSON.stringify(wanted)}, which ${why}; name one that is, or remove it.`;
  findings.problems.push(document.problem(document.find(path), path, message));
  return undefined;
}
