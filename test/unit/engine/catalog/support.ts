/** What the tests of the catalog share. */
import { buildCatalog, type Catalog, type Source } from '../../../../src/engine/catalog/catalog.ts';
import { KINDS, type Kind } from '../../../../src/engine/catalog/kinds.ts';
import type { NameMode } from '../../../../src/engine/catalog/names.ts';
import { viewOf, type Offer } from '../../../../src/engine/catalog/view.ts';
import { readListing } from '../../../../src/protocol/listing.ts';

const encoder = new TextEncoder();

/** One server: its items by name (or whole, as JSON text), what of them is offered, and whether they are shown. */
export interface Given {
  readonly server: string;
  readonly items?: readonly (string | { readonly json: string })[] | undefined;
  readonly offer?: Offer;
  readonly isShown?: boolean;
}

export function catalogOf(
  kind: Kind,
  given: readonly Given[],
  mode: NameMode = 'collisions',
  former?: Catalog,
): Catalog {
  return buildCatalog(
    kind,
    given.map((one) => sourceOf(kind, one)),
    mode,
    former,
  );
}

function sourceOf(kind: Kind, { server, items, offer, isShown = true }: Given): Source {
  const { list, key } = KINDS[kind];
  const texts = items?.map((item) =>
    typeof item === 'string' ? JSON.stringify({ [key]: item }) : item.json,
  );
  const bytes = encoder.encode(`{"${list}":[${texts?.join(',')}]}`);
  return {
    server,
    view: viewOf(offer)[kind],
    list: texts && { items: readListing(bytes, list, key).items, bytes: bytes.length },
    isShown,
  };
}

/** The names under which a catalog lists, in order. */
export function namesIn(catalog: Catalog): string[] {
  return catalog.entries.map(({ name }) => name);
}

/** Whose item a name is: `server/own name`. */
export function meant(catalog: Catalog, name: string): string | undefined {
  const entry = catalog.find(name);
  return entry && `${entry.server}/${entry.item.key}`;
}
