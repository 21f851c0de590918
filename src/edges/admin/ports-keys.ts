/** Keys of callers, as the admin API has them. */
import type { KeyView, MadeKey, NewKey } from './contract/keys.ts';

/** Throws `Problem` with one sentence where the store cannot be used, or what is asked cannot be done. */
export interface KeyCabinet {
  /** Those of the store, revoked ones included, and those of the configuration. */
  list(): readonly KeyView[];
  /** It is good at once, and told this once. */
  make(wanted: NewKey): MadeKey;
  /** Takes one back, with all that it opened. @param id as it is listed */
  revoke(id: string): KeyView;
}
