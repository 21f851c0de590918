/**
 * What several servers have of one kind, as one list: whose each item is, and what it is called here.
 *
 * Made anew when a list of a server is another; never changed.
 */
import type { ListedItem } from '../../protocol/listing.ts';
import type { Kind } from './kinds.ts';
import { assignNames, type NamedItem, type NameMode } from './names.ts';
import { makes, templateOf, type UriTemplate } from './uri-template.ts';
import type { KindView } from './view.ts';

/** All items of one kind that a server listed. */
export interface ServerList {
  readonly items: readonly ListedItem[];
  readonly bytes: number;
}

/** Whether two lists have the same items in the same order, byte for byte. */
export function isSameList(a: ServerList, b: ServerList): boolean {
  if (a.items.length !== b.items.length) return false;
  return a.items.every(({ bytes }, at) => {
    const other = b.items[at]?.bytes;
    return other?.length === bytes.length && bytes.every((byte, i) => byte === other[i]);
  });
}

/** What one server has, as far as it is known. Sources come in the order of the configuration. */
export interface Source {
  readonly server: string;
  readonly view: KindView;
  /** Undefined while nothing is known of it. */
  readonly list: ServerList | undefined;
  /** Whether its items are listed; else their names count, so that others keep theirs. */
  readonly isShown: boolean;
}

export interface Entry {
  readonly server: string;
  readonly item: ListedItem;
  /** What it is listed by: a name, a URI, a template. */
  readonly name: string;
  /** The JSON text of its own name at its server. */
  readonly ownJson: Uint8Array;
  /** The JSON text of `name` where it is not its own; of its description where that is another. */
  readonly nameJson: Uint8Array | undefined;
  readonly descriptionJson: Uint8Array | undefined;
}

export interface Catalog {
  readonly kind: Kind;
  /** What is listed, in order. */
  readonly entries: readonly Entry[];
  /** What a name or URI that a client uses means; undefined when nothing offered does. */
  find(name: string): Entry | undefined;
  /** Names that were listed before and are still understood, by item. */
  readonly told: ReadonlyMap<string, string>;
  /** Items that are not listed because another with the same URI comes first, or their server named them twice. */
  readonly doubles: number;
}

/** So many names of former lists are remembered. */
const MAX_TOLD = 20_000;

const encoder = new TextEncoder();

/** @param former the catalog this one takes the place of: names that were listed keep their items */
export function buildCatalog(
  kind: Kind,
  sources: readonly Source[],
  mode: NameMode,
  former?: Catalog,
): Catalog {
  return kind === 'tools' || kind === 'prompts'
    ? namedCatalog(kind, sources, mode, former)
    : uriCatalog(kind, sources);
}

interface Offered extends NamedItem {
  readonly item: ListedItem;
  readonly source: Source;
}

function namedCatalog(
  kind: Kind,
  sources: readonly Source[],
  mode: NameMode,
  former: Catalog | undefined,
): Catalog {
  const { offered, doubles } = offeredBy(sources);
  const { listed, understood } = assignNames(offered, mode, former?.told);
  const all = offered.map((one, at) => entryOf(one, listed[at] as string));
  return {
    kind,
    entries: all.filter((_, at) => offered[at]?.source.isShown),
    find: (name) => all[understood.get(name) ?? -1],
    told: toldOf(offered, listed, former),
    doubles,
  };
}

function uriCatalog(kind: Kind, sources: readonly Source[]): Catalog {
  const { offered, doubles } = offeredBy(sources);
  const byUri = new Map<string, Entry>();
  const entries: Entry[] = [];
  for (const one of offered) {
    if (byUri.has(one.own)) continue;
    const entry = entryOf(one, one.own);
    byUri.set(one.own, entry);
    if (one.source.isShown) entries.push(entry);
  }
  const find =
    kind === 'templates' ? templateFinder(byUri) : (uri: string): Entry | undefined => byUri.get(uri);
  return { kind, entries, find, told: new Map(), doubles: doubles + offered.length - byUri.size };
}

/** By the template itself, or by a URI that it makes: the one that says most about the URI wins. */
function templateFinder(bySource: ReadonlyMap<string, Entry>): (uri: string) => Entry | undefined {
  const templates: (readonly [UriTemplate, Entry])[] = [];
  for (const [source, entry] of bySource) {
    const template = templateOf(source);
    if (template) templates.push([template, entry]);
  }
  templates.sort(([a], [b]) => b.literal - a.literal);
  return (uri) => bySource.get(uri) ?? templates.find(([template]) => makes(template, uri))?.[1];
}

function offeredBy(sources: readonly Source[]): { offered: Offered[]; doubles: number } {
  const offered: Offered[] = [];
  let doubles = 0;
  for (const source of sources) {
    const seen = new Set<string>();
    for (const item of source.list?.items ?? []) {
      const own = source.view.offers(item);
      if (own === undefined) continue;
      if (seen.has(item.key)) doubles++;
      else offered.push({ server: source.server, own, id: `${source.server}\n${item.key}`, item, source });
      seen.add(item.key);
    }
  }
  return { offered, doubles };
}

function entryOf({ server, item, source }: Offered, name: string): Entry {
  return {
    server,
    item,
    name,
    ownJson: item.bytes.subarray(item.keySpan.start, item.keySpan.end),
    nameJson: name === item.key ? undefined : encoder.encode(JSON.stringify(name)),
    descriptionJson: source.view.description(item.key),
  };
}

function toldOf(
  offered: readonly Offered[],
  listed: readonly string[],
  former: Catalog | undefined,
): Map<string, string> {
  const ids = new Set(offered.map(({ id }) => id));
  const told = new Map<string, string>();
  for (const [name, id] of former?.told ?? []) if (ids.has(id)) told.set(name, id);
  offered.forEach(({ id, source }, at) => {
    const name = listed[at] as string;
    if (!source.isShown) return;
    // Anew, so that the oldest stand first.
    told.delete(name);
    told.set(name, id);
  });
  for (const name of told.keys()) {
    if (told.size <= MAX_TOLD) break;
    told.delete(name);
  }
  return told;
}
