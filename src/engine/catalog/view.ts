/** What of one server is offered, and under which names: by patterns, other names and other descriptions. */
import type { ListedItem } from '../../protocol/listing.ts';
import { fitsAny, patternOf, type Pattern } from './patterns.ts';
import type { Kind } from './kinds.ts';
import { spellingsOf } from './spellings.ts';

/** What is offered of the tools or the prompts of a server. Patterns are of own names; `*` is for any characters. */
export interface OfferedNames {
  /** Only those that fit one of these; default: all. */
  readonly include?: readonly string[];
  /** None that fit one of these, even where `include` has them. */
  readonly hide?: readonly string[];
  /** Other names, by own names. Each may be given once. */
  readonly rename?: Readonly<Record<string, string>>;
  /** Other descriptions, by own names. */
  readonly descriptions?: Readonly<Record<string, string>>;
}

/** What is offered of the resources and templates of a server, by URI. */
export interface OfferedUris {
  readonly include?: readonly string[];
  readonly hide?: readonly string[];
}

/** What of a server is offered; what is left out is offered as it is. */
export interface Offer {
  readonly tools?: OfferedNames;
  readonly prompts?: OfferedNames;
  readonly resources?: OfferedUris;
  /** Only tools that say of themselves that they change nothing (`annotations.readOnlyHint`); default all. */
  readonly readOnly?: boolean | undefined;
  /** Whether arguments must fit the schema of their tool before a call is sent; default not. */
  readonly checkArguments?: boolean | undefined;
}

const encoder = new TextEncoder();

/** The view of one kind of list. */
export interface KindView {
  /** The name under which an item is offered; undefined when it is not. */
  shown(own: string): string | undefined;
  /** The same for an item as it is listed: some are offered for what else they say. */
  offers(item: ListedItem): string | undefined;
  /** The own name of what is offered under a name; undefined when nothing can be. */
  own(shown: string): string | undefined;
  /** The JSON text that stands in for an item's own description. */
  description(own: string): Uint8Array | undefined;
  /** Whether nothing can ever be offered. */
  readonly isShut: boolean;
}

/** By patterns and other names. */
class OfferedView implements KindView {
  readonly isShut = false;
  readonly #include: readonly Pattern[];
  readonly #hide: readonly Pattern[];
  /** Shown names by own names, and back. */
  readonly #shown: ReadonlyMap<string, string>;
  readonly #own: ReadonlyMap<string, string>;
  readonly #descriptions: ReadonlyMap<string, Uint8Array>;

  constructor(offered: OfferedNames = {}) {
    const { include = [], hide = [], rename = {}, descriptions = {} } = offered;
    const renames = Object.entries(rename);
    this.#include = include.map(patternOf);
    this.#hide = hide.map(patternOf);
    this.#shown = new Map(renames);
    this.#own = new Map(renames.map(([own, shown]) => [shown, own]));
    this.#descriptions = new Map(
      Object.entries(descriptions).map(([own, text]) => [own, encoder.encode(JSON.stringify(text))]),
    );
  }

  shown(own: string): string | undefined {
    if (!this.allows(own)) return undefined;
    const renamed = this.#shown.get(own);
    // A name that was given to another item is no longer this one's.
    return renamed ?? (this.#own.has(own) ? undefined : own);
  }

  offers({ key }: ListedItem): string | undefined {
    return this.shown(key);
  }

  own(shown: string): string | undefined {
    const own = this.#own.get(shown) ?? shown;
    return this.shown(own) === shown ? own : undefined;
  }

  description(own: string): Uint8Array | undefined {
    return this.#descriptions.get(own);
  }

  /** Whether the patterns let it through. */
  protected allows(own: string): boolean {
    return (this.#include.length === 0 || fitsAny(own, this.#include)) && !fitsAny(own, this.#hide);
  }
}

/** The view of what is named by URIs: a URI passes only if its other spellings do, too. */
class UriView extends OfferedView {
  protected override allows(own: string): boolean {
    return spellingsOf(own).every((uri) => super.allows(uri));
  }
}

export type View = Readonly<Record<Kind, KindView>>;

export function viewOf({ tools, prompts, resources }: Offer = {}): View {
  const uris = new UriView(resources);
  return {
    tools: new OfferedView(tools),
    prompts: new OfferedView(prompts),
    resources: uris,
    templates: uris,
  };
}

/** Whether anything is offered otherwise than as it is. */
export function isNarrowed(offer: Offer | undefined): boolean {
  const given = [offer?.tools, offer?.prompts, offer?.resources] as (OfferedNames | undefined)[];
  if (offer?.readOnly || offer?.checkArguments) return true;
  return given.some(
    (part) =>
      (part?.include?.length ?? 0) > 0 ||
      (part?.hide?.length ?? 0) > 0 ||
      Object.keys(part?.rename ?? {}).length > 0 ||
      Object.keys(part?.descriptions ?? {}).length > 0,
  );
}
