/**
 * Opens conversations in legacy words with a server, whichever words it understands itself: its own legacy ones first,
 * and modern ones, translated, where it knows no others. Where it is known to know no others, the other way round.
 */
import type { LinkContext, LinkEvents, UpstreamDriver, UpstreamLink } from '../ports.ts';
import { type AsLegacyFacts, AsLegacyLink } from './as-legacy-link.ts';
import type { EraCaller, Eras } from './eras.ts';
import { FirstWords, type OtherWords } from './first-words.ts';

/** What must be known of a server's words. */
export type KnownEras = Pick<Eras, 'isLegacy' | 'isModern' | 'find' | 'learnt' | 'forget' | 'doubt'>;

/** How long a server may leave `initialize` unanswered before it is found out whether it knows modern words, in ms. */
interface Patience {
  readonly patienceMs: number;
}

export class AsLegacyDriver implements Pick<UpstreamDriver, 'open'> {
  readonly #driver: UpstreamDriver;
  readonly #eras: KnownEras;
  readonly #facts: AsLegacyFacts & Patience;

  constructor(driver: UpstreamDriver, eras: KnownEras, facts: Omit<AsLegacyFacts, 'saysHeaders'> & Patience) {
    this.#driver = driver;
    this.#eras = eras;
    this.#facts = { ...facts, saysHeaders: driver.kind === 'http' };
  }

  /** As `UpstreamDriver.open`. The first request on the link must be `initialize`. */
  async open(events: LinkEvents, context: LinkContext): Promise<UpstreamLink> {
    const driver = this.#driver;
    if (driver.canBeModern !== true) return driver.open(events, context);
    const isModernFirst = this.#eras.isLegacy(callerOf(context)) === false;
    const words = new FirstWords({
      events,
      isOurs: driver.mayRepeat !== true,
      ...(isModernFirst ? this.#legacyNext(context) : this.#modernNext(context)),
    });
    words.use(await (isModernFirst ? this.#openModern(words, context) : driver.open(words, context)));
    return words;
  }

  /** Modern words, where legacy ones are not understood. */
  #modernNext(context: LinkContext): OtherWords {
    const eras = this.#eras;
    const caller = callerOf(context);
    const { runtime, patienceMs } = this.#facts;
    return {
      isOther: (isRefused) => {
        // Who is known to answer is slow, and no more.
        if (!isRefused && eras.isLegacy(caller) === true) return Promise.resolve(false);
        // It may have changed its words since it was asked.
        if (isRefused && eras.isModern(caller) === false) eras.doubt(caller);
        return eras.find(caller);
      },
      openOther: (told) => this.#openModern(told, context),
      isBetter: () => eras.find(caller),
      onUnderstood: () => eras.learnt(caller, { isLegacy: true }),
      patience: { runtime, ms: patienceMs },
    };
  }

  /** Legacy words, where modern ones are not understood any more. */
  #legacyNext(context: LinkContext): OtherWords {
    const eras = this.#eras;
    const caller = callerOf(context);
    return {
      isOther: async () => {
        eras.forget(caller);
        return !(await eras.find(caller));
      },
      openOther: (told) => this.#driver.open(told, context),
    };
  }

  async #openModern(events: LinkEvents, context: LinkContext): Promise<UpstreamLink> {
    const eras = this.#eras;
    const caller = callerOf(context);
    const link = new AsLegacyLink(events, this.#facts);
    link.onUnderstood = () => eras.learnt(caller, { isModern: true, isLegacy: false });
    link.onUnfit = () => eras.forget(caller);
    link.isStillModern = () => {
      eras.forget(caller);
      return eras.find(caller);
    };
    link.wire.raw = await this.#driver.open(link.wire, { ...context, era: 'modern' });
    return link;
  }
}

function callerOf({ principal, forwarded }: LinkContext): EraCaller {
  return forwarded ? { principal, forwarded } : { principal };
}
