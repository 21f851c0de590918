/**
 * Opens conversations in legacy words with a server, whichever words it understands itself: its own legacy ones first,
 * and modern ones, translated, where it knows no others.
 */
import type { LinkContext, LinkEvents, UpstreamDriver, UpstreamLink } from '../ports.ts';
import { type AsLegacyFacts, AsLegacyLink } from './as-legacy-link.ts';
import type { EraCaller, Eras } from './eras.ts';
import { FirstWords } from './first-words.ts';

/** What must be known of a server's words. */
export type KnownEras = Pick<Eras, 'isLegacy' | 'isModern' | 'find' | 'learnt' | 'forget'>;

export class AsLegacyDriver implements Pick<UpstreamDriver, 'open'> {
  readonly #driver: UpstreamDriver;
  readonly #eras: KnownEras;
  readonly #facts: AsLegacyFacts;

  constructor(driver: UpstreamDriver, eras: KnownEras, facts: Omit<AsLegacyFacts, 'saysHeaders'>) {
    this.#driver = driver;
    this.#eras = eras;
    this.#facts = { ...facts, saysHeaders: driver.kind === 'http' };
  }

  /** As `UpstreamDriver.open`. The first request on the link must be `initialize`. */
  async open(events: LinkEvents, context: LinkContext): Promise<UpstreamLink> {
    const driver = this.#driver;
    const eras = this.#eras;
    if (driver.canBeModern !== true) return driver.open(events, context);
    const caller = callerOf(context);
    if (eras.isLegacy(caller) === false) return this.#openModern(events, context, caller);
    const words = new FirstWords({
      events,
      isOurs: driver.mayRepeat !== true,
      isModern: () => {
        // It may have changed its words since it was asked.
        if (eras.isModern(caller) === false) eras.forget(caller);
        return eras.find(caller);
      },
      openModern: (told) => this.#openModern(told, context, caller),
      onUnderstood: () => eras.learnt(caller, { isLegacy: true }),
    });
    words.use(await driver.open(words, context));
    return words;
  }

  async #openModern(events: LinkEvents, context: LinkContext, caller: EraCaller): Promise<UpstreamLink> {
    const link = new AsLegacyLink(events, this.#facts);
    link.onUnderstood = () => this.#eras.learnt(caller, { isModern: true, isLegacy: false });
    link.onUnfit = () => this.#eras.forget(caller);
    link.wire.raw = await this.#driver.open(link.wire, { ...context, era: 'modern' });
    return link;
  }
}

function callerOf({ principal, forwarded }: LinkContext): EraCaller {
  return forwarded ? { principal, forwarded } : { principal };
}
