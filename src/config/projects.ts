/** The projects of a file: servers, keys and limits of their own. */
import type { z } from 'zod';
import type { Path } from './document.ts';
import { type EntryContext, filler, nameIsFit } from './entries.ts';
import { explain } from './explain.ts';
import { nameKeys } from './keys.ts';
import { pathText } from './problems.ts';
import { project as projectSchema } from './schema-projects.ts';
import { chooseDefault, type Entries, readServers } from './servers.ts';
import { note } from './sources.ts';
import { suggest } from './suggest.ts';
import type { ApiKey, Config, ProjectConfig, Source } from './types.ts';

/** What a project takes from the gateway where it says nothing. */
type Around = Pick<Config, 'merge' | 'dialect' | 'allowedAddresses'> & Entries;
type Written = Omit<z.output<typeof projectSchema>, 'mcpServers'>;

const withoutServers = projectSchema.omit({ mcpServers: true });

/** All projects that can be read; what is wrong with the others is told. */
export function readProjects(
  context: EntryContext,
  around: Around,
  sources: Map<string, Source>,
): ProjectConfig[] {
  const { document, findings } = context;
  const holder = document.find(['projects']);
  if (!holder) return [];
  if (holder.type !== 'object') {
    const message = 'projects must be an object { … } with one entry a project.';
    findings.problems.push(document.problem(holder, ['projects'], message));
    return [];
  }
  return document.names(holder).flatMap((name) => {
    const project = readProject(name, context, around, sources);
    return project ? [project] : [];
  });
}

function readProject(
  name: string,
  context: EntryContext,
  around: Around,
  sources: Map<string, Source>,
): ProjectConfig | undefined {
  const path = ['projects', name];
  if (!nameIsFit(name, path, context, 'a project')) return undefined;
  const written = readWritten(path, context, sources);
  const own = readServers(context, [...path, 'mcpServers'], [...path, 'mcpServers'], sources);
  if (!written) return undefined;
  const { merge, dialect, limits, description, policy } = written;
  checkShared(path, written.servers, own, around, context);
  const names = [...own.servers.map((server) => server.name), ...written.servers];
  return {
    name,
    description,
    servers: own.servers,
    disabled: own.disabled,
    shared: written.servers,
    apiKeys: written.apiKeys && readKeys(path, written.apiKeys, context),
    allowedAddresses: written.allowedAddresses ?? around.allowedAddresses,
    default: chooseDefault(context, [...path, 'default'], written.default, names, own.disabled),
    merge: {
      names: merge?.names ?? around.merge.names,
      wait: merge?.wait ?? around.merge.wait,
      down: merge?.down ?? around.merge.down,
      ahead: merge?.ahead ?? around.merge.ahead,
    },
    dialect: dialect ?? around.dialect,
    limits,
    ...(policy ? { policy } : {}),
  };
}

/** All but its own servers. */
function readWritten(path: Path, context: EntryContext, sources: Map<string, Source>): Written | undefined {
  const { document, findings } = context;
  const node = document.find(path);
  if (node?.type !== 'object') {
    const message = `${pathText(path)} must be an object { … } with "mcpServers" or "servers".`;
    findings.problems.push(document.problem(node, path, message));
    return undefined;
  }
  const fill = filler(context);
  const raw: Record<string, unknown> = {};
  for (const key of document.names(node)) {
    const here = [...path, key];
    const value = document.find(here);
    if (!value || key === 'mcpServers') continue;
    raw[key] = document.value(value, here, key === 'apiKeys' ? fill : undefined);
    note(here, document, sources);
  }
  const parsed = withoutServers.safeParse(raw);
  if (parsed.success) return parsed.data;
  findings.problems.push(...explain(withoutServers, parsed.error, document, path));
  return undefined;
}

/** The servers of the gateway that the project names must exist, and not be called like its own. */
function checkShared(
  path: Path,
  names: readonly string[],
  own: Entries,
  around: Entries,
  { document, findings }: EntryContext,
): void {
  const known = around.servers.map(({ name }) => name);
  // What is written and not known could not be read, which was told already.
  const written = document.names(document.find(['mcpServers']) ?? document.find(['servers']));
  const taken = new Set([...own.servers.map(({ name }) => name), ...own.disabled]);
  names.forEach((name, index) => {
    const here = [...path, 'servers', index];
    const complain = (message: string) =>
      findings.problems.push(document.problem(document.find(here), here, `${pathText(here)} ${message}`));
    if (taken.has(name)) complain(`names ${JSON.stringify(name)}, which the project has already; remove it.`);
    else if (around.disabled.includes(name))
      complain(`names ${JSON.stringify(name)}, which is disabled; enable it, or remove it here.`);
    else if (!known.includes(name) && !written.includes(name)) {
      const near = suggest(name, known);
      const way = near === undefined ? `it has ${known.join(', ') || 'none'}` : `did you mean "${near}"`;
      const end = near === undefined ? '.' : '?';
      complain(`names ${JSON.stringify(name)}, which is no server of the gateway; ${way}${end}`);
    }
    taken.add(name);
  });
}

function readKeys(
  path: Path,
  written: NonNullable<Written['apiKeys']>,
  { document, findings }: EntryContext,
): ApiKey[] {
  return nameKeys(written, (index, message) => {
    const here = [...path, 'apiKeys', index];
    const sentence = `${pathText(here)} ${message}.`;
    findings.problems.push(document.problem(document.find(here), here, sentence));
  });
}
