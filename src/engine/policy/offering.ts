/** What of one server is offered at a mount: what its entry offers, and of that what the rules of a caller let through. */
import type { ListedItem } from '../../protocol/listing.ts';
import { spellingsOf } from '../catalog/spellings.ts';
import { isNarrowed, type KindView, type Offer, type View, viewOf } from '../catalog/view.ts';
import { isReadOnly } from './annotations.ts';
import type { Filter } from './filter.ts';
import type { ServerRules } from './rules.ts';

/** What is asked of a call of a tool, beside that the server lists it. */
export interface CallRules {
  readonly readOnly: boolean;
  readonly checkArguments: boolean;
}

export interface Offering {
  readonly view: View;
  /** Undefined: calls go on as they come. */
  readonly calls: CallRules | undefined;
  /** Whether only messages pass of which it is known what they are about. */
  readonly isStrict: boolean;
  /** Whether the entry itself offers less than there is, or under other names. */
  readonly isPartial: boolean;
}

/** @param rules of the caller; undefined: it may use all that the entry offers */
export function offeringOf(offer: Offer | undefined, rules: ServerRules | undefined): Offering {
  const readOnly = offer?.readOnly === true || rules?.readOnly === true;
  const checkArguments = offer?.checkArguments === true || rules?.checkArguments === true;
  const isNamed = rules !== undefined && !rules.tools.isOpen;
  const narrowed = rules ? narrowedView(viewOf(offer), rules) : viewOf(offer);
  return {
    isPartial: isNarrowed(offer),
    view: readOnly ? { ...narrowed, tools: new ReadingView(narrowed.tools) } : narrowed,
    calls: readOnly || checkArguments || isNamed ? { readOnly, checkArguments } : undefined,
    isStrict:
      readOnly || isNamed || (rules !== undefined && !(rules.prompts.isOpen && rules.resources.isOpen)),
  };
}

function narrowedView(view: View, { tools, prompts, resources }: ServerRules): View {
  const uris = new NarrowedView(view.resources, resources, (uri) =>
    spellingsOf(uri).every(letsIn(resources)),
  );
  return {
    tools: new NarrowedView(view.tools, tools, letsIn(tools)),
    prompts: new NarrowedView(view.prompts, prompts, letsIn(prompts)),
    resources: uris,
    templates: uris,
  };
}

function letsIn(filter: Filter): (name: string) => boolean {
  return (name) => filter.lets(name);
}

/** What else is offered, and let through by the name under which it is. */
class NarrowedView implements KindView {
  readonly isShut: boolean;
  readonly #view: KindView;
  readonly #lets: (name: string) => boolean;

  constructor(view: KindView, filter: Filter, lets: (name: string) => boolean) {
    this.#view = view;
    this.#lets = lets;
    this.isShut = filter.isShut || view.isShut;
  }

  shown(own: string): string | undefined {
    return this.#passed(this.#view.shown(own));
  }

  offers(item: ListedItem): string | undefined {
    return this.#passed(this.#view.offers(item));
  }

  own(shown: string): string | undefined {
    return this.#lets(shown) ? this.#view.own(shown) : undefined;
  }

  description(own: string): Uint8Array | undefined {
    return this.#view.description(own);
  }

  #passed(shown: string | undefined): string | undefined {
    return shown !== undefined && this.#lets(shown) ? shown : undefined;
  }
}

/** Of that only tools that say that they change nothing. */
class ReadingView implements KindView {
  readonly isShut: boolean;
  readonly #view: KindView;

  constructor(view: KindView) {
    this.#view = view;
    this.isShut = view.isShut;
  }

  shown(own: string): string | undefined {
    return this.#view.shown(own);
  }

  offers(item: ListedItem): string | undefined {
    return isReadOnly(item) ? this.#view.offers(item) : undefined;
  }

  own(shown: string): string | undefined {
    return this.#view.own(shown);
  }

  description(own: string): Uint8Array | undefined {
    return this.#view.description(own);
  }
}
