/**
 * Under which names the tools (or prompts) of several servers are listed, and which names are understood.
 *
 * Guarantees: no two items are listed under one name; a listed name has 1 to 64 characters of `A-Za-z0-9_-` (but for
 * `own`); what an item is called depends on which names the servers have, not on the order in which they told them;
 * a name that an item was listed under stays its own as long as it is there.
 */
import { shortHash } from './short-hash.ts';

/**
 * When an item is listed as `server__name`: only where another has the same name, or always. `own` is for one server
 * alone, whose names stay as they are.
 */
export type NameMode = 'collisions' | 'always' | 'own';

export interface NamedItem {
  readonly server: string;
  /** The name its server offers it under. */
  readonly own: string;
  /** The same as long as it is the same item: tells it from all others. */
  readonly id: string;
}

export interface Assignment {
  /** The name of each item, in the order of the items. */
  readonly listed: readonly string[];
  /** The position of the item that a name means, for every name that is understood. */
  readonly understood: ReadonlyMap<string, number>;
}

/** What tools may be called in most places, models' own rules included. */
const LONGEST = 64;
const SEPARATOR = '__';
/** Of a server's name, where an alias is too long. */
const PREFIX = 24;

/**
 * @param items in the order of the configuration: the first one has a name that several could mean
 * @param told names that items were listed under before, by id
 */
export function assignNames(
  items: readonly NamedItem[],
  mode: NameMode,
  told: ReadonlyMap<string, string> = new Map(),
): Assignment {
  if (mode === 'own') return ownNames(items);
  const ids = new Map(items.map((item, at) => [item.id, at]));
  const isTakenFrom = ({ id }: NamedItem, name: string): boolean => {
    const owner = told.get(name);
    return owner !== undefined && owner !== id && ids.has(owner);
  };
  const bare = items.map(({ own }) => fitted(clean(own), own));
  const qualified = items.map(({ server, own }) => qualify(server, own));
  const aliases = aliasesOf(items, bare, qualified, isTakenFrom);
  const listed = mode === 'always' ? aliases : bareOrAlias(items, bare, aliases, qualified, isTakenFrom);
  return { listed, understood: understand(items, { listed, aliases, bare, told, ids }) };
}

function ownNames(items: readonly NamedItem[]): Assignment {
  const listed = items.map(({ own }) => own);
  return { listed, understood: new Map(listed.map((name, at) => [name, at])) };
}

type IsTakenFrom = (item: NamedItem, name: string) => boolean;

/** The name of each item that no other can have: `server__name`, with a hash where that is not enough. */
function aliasesOf(
  items: readonly NamedItem[],
  bare: readonly string[],
  qualified: readonly string[],
  isTakenFrom: IsTakenFrom,
): string[] {
  const counts = countsOf(qualified);
  const aliases = [...qualified];
  const shared = items.map((_, at) => at).filter((at) => isAmbiguous(at));
  if (shared.length === 0) return aliases;
  const taken = new Set([...bare, ...qualified]);
  // In the order of their ids, so that it does not matter in which order they were told.
  for (const at of shared.sort((a, b) => order(items[a]?.id, items[b]?.id))) {
    const alias = hashed(
      items[at] as NamedItem,
      (name) => taken.has(name) || isTakenFrom(items[at] as NamedItem, name),
    );
    taken.add(alias);
    aliases[at] = alias;
  }
  return aliases;

  function isAmbiguous(at: number): boolean {
    const name = qualified[at] as string;
    return (counts.get(name) ?? 0) > 1 || isTakenFrom(items[at] as NamedItem, name);
  }
}

/** The bare name, where it can mean nothing else. */
function bareOrAlias(
  items: readonly NamedItem[],
  bare: readonly string[],
  aliases: readonly string[],
  qualified: readonly string[],
  isTakenFrom: IsTakenFrom,
): string[] {
  const counts = countsOf(bare);
  const reserved = new Set(qualified);
  return bare.map((name, at) =>
    counts.get(name) === 1 && !reserved.has(name) && !isTakenFrom(items[at] as NamedItem, name)
      ? name
      : (aliases[at] as string),
  );
}

interface Assigned {
  readonly listed: readonly string[];
  readonly aliases: readonly string[];
  readonly bare: readonly string[];
  readonly told: ReadonlyMap<string, string>;
  readonly ids: ReadonlyMap<string, number>;
}

/** The surest names first; a name that several could mean is the first one's. */
function understand(items: readonly NamedItem[], assigned: Assigned): Map<string, number> {
  const { listed, aliases, bare, told, ids } = assigned;
  const understood = new Map<string, number>();
  const learn = (name: string, at: number | undefined) => {
    if (at !== undefined && !understood.has(name)) understood.set(name, at);
  };
  listed.forEach(learn);
  aliases.forEach(learn);
  for (const [name, id] of told) learn(name, ids.get(id));
  items.forEach(({ server, own }, at) => learn(`${server}${SEPARATOR}${own}`, at));
  items.forEach(({ server, own }, at) => learn(qualify(server, own), at));
  bare.forEach(learn);
  items.forEach(({ own }, at) => learn(own, at));
  return understood;
}

function qualify(server: string, own: string): string {
  const whole = `${server}${SEPARATOR}${own}`;
  const text = clean(whole);
  return text.length <= LONGEST ? text : cut(server, own, shortHash(whole));
}

/** A name of its own for an item whose alias another could have, too. */
function hashed({ server, own }: NamedItem, isTaken: (name: string) => boolean): string {
  for (let salt = 0; ; salt++) {
    const name = cut(server, own, shortHash(`${server}\n${own}\n${salt}`));
    if (!isTaken(name)) return name;
  }
}

function cut(server: string, own: string, hash: string): string {
  const text = `${clean(server).slice(0, PREFIX)}${SEPARATOR}${clean(own)}`;
  return `${text.slice(0, LONGEST - hash.length - 1)}_${hash}`;
}

function fitted(text: string, whole: string): string {
  if (text.length === 0) return '_';
  const hash = shortHash(whole);
  return text.length <= LONGEST ? text : `${text.slice(0, LONGEST - hash.length - 1)}_${hash}`;
}

function clean(text: string): string {
  return text.replaceAll(/[^A-Za-z0-9_-]/g, '_');
}

function countsOf(names: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return counts;
}

function order(a: string | undefined, b: string | undefined): number {
  if (a === b) return 0;
  return (a ?? '') < (b ?? '') ? -1 : 1;
}
