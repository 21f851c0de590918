/** What every backplane promises to several nodes, whatever they share. Each port has a file of its own. */
import { backplaneBusContract } from './backplane-bus.ts';
import { backplaneCountersContract } from './backplane-counters.ts';
import { backplaneDirectoryContract } from './backplane-directory.ts';
import { backplaneLogContract } from './backplane-log.ts';
import type { Place, WithPlace } from './backplane-place.ts';

export interface BackplaneKit {
  /** Fresh for each test. */
  open(): Promise<Place>;
}

export function backplaneContract(kit: BackplaneKit): void {
  const withPlace: WithPlace = (check) => async () => {
    const place = await kit.open();
    try {
      await check(place);
    } finally {
      await place.close();
    }
  };
  backplaneLogContract(withPlace);
  backplaneBusContract(withPlace);
  backplaneDirectoryContract(withPlace);
  backplaneCountersContract(withPlace);
}
