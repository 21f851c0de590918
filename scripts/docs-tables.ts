/**
 * The tables of `docs/configuration.md`, from the schema of `sluice.json` and from the help of the command line:
 * what the page says of a setting is what the program does.
 */
import { runProgram } from '../src/cli/program.ts';
import { processIo } from '../src/cli/io.ts';
import { DURATION, SIZE } from '../src/config/units.ts';

/** A JSON Schema, as far as it is told in a table. */
export interface Shape {
  readonly type?: string | readonly string[];
  readonly description?: string;
  readonly default?: unknown;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly pattern?: string;
  readonly items?: Shape;
  readonly anyOf?: readonly Shape[];
  readonly required?: readonly string[];
  readonly properties?: Readonly<Record<string, Shape>>;
  readonly $defs?: Readonly<Record<string, Shape>>;
}

/** Where the description of a setting names its variable. */
const VARIABLE = / Environment: ([A-Z_]+)(?: or ([A-Z_]+))?(?:, ([^.]+))?\.$/;

/**
 * The page with every table between `<!-- name -->` and `<!-- /name -->` written anew.
 * @throws Error when a table has no place on the page, or the page has a place for no table
 */
export async function fillTables(page: string, schema: Shape): Promise<string> {
  const tables = new Map(Object.entries({ ...settingTables(schema), layers: await layerTable(schema) }));
  const filled = page.replace(/<!-- (\w+)[^>]*-->\n[^]*?<!-- \/\1 -->/g, (_place, name: string) => {
    const table = tables.get(name);
    if (table === undefined) throw new Error(`There is no table "${name}" to put into the page.`);
    tables.delete(name);
    return `<!-- ${name}: written by npm run schema -->\n${table}\n<!-- /${name} -->`;
  });
  const [homeless] = tables.keys();
  if (homeless === undefined) return filled;
  throw new Error(
    `The page has no place for the table "${homeless}": <!-- ${homeless} -->\n<!-- /${homeless} -->`,
  );
}

function settingTables(schema: Shape): Record<string, string> {
  const { limits, timeouts, log, merge, state, cluster, admin, audit, ...top } = schema.properties ?? {};
  const { program, builtin, remote, project } = schema.$defs ?? {};
  const { limits: caps, ...ofProject } = project?.properties ?? {};
  const { tools } = program?.properties ?? {};
  return {
    settings: settingTable({ properties: top }),
    limits: settingTable(limits),
    overload: settingTable(limits?.properties?.['overload']),
    timeouts: settingTable(timeouts),
    log: settingTable(log),
    merge: settingTable(merge),
    policy: settingTable(top['policy']),
    state: settingTable(state),
    cluster: settingTable(cluster),
    admin: settingTable(admin),
    audit: settingTable(audit),
    offer: settingTable(tools?.anyOf?.find(({ properties }) => properties)),
    cache: settingTable(program?.properties?.['cache']),
    project: settingTable({ properties: ofProject }),
    caps: settingTable(caps),
    program: settingTable(program),
    builtin: settingTable(builtin, program),
    remote: settingTable(remote, program),
  };
}

// ------------------------------------------------------------------------------------------- the settings

/** One row a setting; what is the same in `told` is left out. */
function settingTable(shape: Shape | undefined, told?: Shape): string {
  const rows = Object.entries(shape?.properties ?? {})
    .filter(([name, child]) => JSON.stringify(child) !== JSON.stringify(told?.properties?.[name]))
    .flatMap(([name, child]) => settingRows(name, child, shape?.required?.includes(name) ?? false));
  return table(['setting', 'value', 'default', 'meaning'], rows);
}

function settingRows(path: string, shape: Shape, isRequired: boolean): string[][] {
  const fallback = isRequired ? '(required)' : defaultText(shape.default);
  const meaning = (shape.description ?? '').replace(VARIABLE, '');
  const members = shape.items?.anyOf?.find(({ properties }) => properties);
  const inner = Object.entries(members?.properties ?? {}).flatMap(([name, child]) =>
    settingRows(`${path}[].${name}`, child, members?.required?.includes(name) ?? false),
  );
  return [[code(path), valueText(shape), fallback, meaning], ...inner];
}

function defaultText(value: unknown): string {
  if (value === undefined) return '';
  if (typeof value === 'object') return 'none';
  return code(JSON.stringify(value));
}

function valueText(shape: Shape): string {
  const { type, anyOf, minimum, maximum } = shape;
  if (shape.const !== undefined) return code(JSON.stringify(shape.const));
  if (shape.enum) return shape.enum.map((value) => code(JSON.stringify(value))).join(', ');
  if (anyOf?.some(({ pattern }) => pattern === DURATION.source)) return 'time';
  if (anyOf?.some(({ pattern }) => pattern === SIZE.source)) return 'size';
  if (
    anyOf?.some(({ type: inner }) => inner === 'string') &&
    anyOf.some(({ items }) => items && !items.anyOf)
  )
    return 'text, list of texts';
  if (type === 'integer') return `${count(minimum)} to ${count(maximum)}`;
  if (anyOf?.some(({ properties }) => properties)) return 'list, object';
  if (type === 'array') return shape.items?.anyOf ? 'list' : 'list of texts';
  return { string: 'text', boolean: 'true, false', object: 'object' }[String(type)] ?? String(type);
}

function count(value: number | undefined): string {
  return value === undefined ? '' : value.toLocaleString('en');
}

// --------------------------------------------------------------------------- flags and the environment

async function layerTable(schema: Shape): Promise<string> {
  const flags = await flagsOfServe();
  const rows = layered(schema).map(({ path, variable, other, how }) => [
    code(path),
    code(flags.get(variable)),
    `${code(variable)}${other === undefined ? '' : ` or ${code(other)}`}${how === undefined ? '' : `, ${how}`}`,
  ]);
  return table(['setting', 'flag', 'variable'], rows);
}

/** The settings that a variable can give, and how it is written there. */
function layered(shape: Shape, prefix = ''): Layered[] {
  return Object.entries(shape.properties ?? {}).flatMap(([name, child]) => {
    const [, variable, other, how] = VARIABLE.exec(child.description ?? '') ?? [];
    const path = `${prefix}${name}`;
    return variable === undefined ? layered(child, `${path}.`) : [{ path, variable, other, how }];
  });
}

interface Layered {
  readonly path: string;
  readonly variable: string;
  /** Another name that means the same. */
  readonly other: string | undefined;
  readonly how: string | undefined;
}

/** The flags of `sluice serve` by the variable that its help names with each. */
async function flagsOfServe(): Promise<Map<string, string>> {
  const said: string[] = [];
  const io = { ...processIo(), out: (text: string) => void said.push(text) };
  await runProgram(io, ['serve', '--help'], () => Promise.reject(new Error('Help starts nothing.')));
  const help = said.join('').replace(/\s+/g, ' ');
  const flags = new Map<string, string>();
  for (const option of help.split(/ (?=--?[a-z])/)) {
    const [, flag, variable] = /^(--[\w-]+) .*environment: ([A-Z_]+)/.exec(option) ?? [];
    if (flag !== undefined && variable !== undefined) flags.set(variable, flag);
  }
  return flags;
}

// ------------------------------------------------------------------------------------------- the writing

function table(heads: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`.replace(/ {2,}/g, ' ');
  return [line(heads), `|${'---|'.repeat(heads.length)}`, ...rows.map(line)].join('\n');
}

function code(text: string | undefined): string {
  return text === undefined ? '' : `\`${text}\``;
}
